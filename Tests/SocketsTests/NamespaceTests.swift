// Network namespaces by name, process and path, and what files of /proc say of them.

import Testing

@testable import Sockets

@Suite("network namespaces")
struct NamespaceTests {
    @Test(
        "digits are a process, a word with a slash a path, anything else a name",
        arguments: [
            ("1", NetworkNamespace.Form.process, "/proc/1/ns/net"),
            ("99999999999999999999", .process, "/proc/99999999999999999999/ns/net"),
            ("blue", .name, "/run/netns/blue"), ("1a", .name, "/run/netns/1a"),
            ("-1", .name, "/run/netns/-1"),
            ("/run/netns/123", .path, "/run/netns/123"), ("./123", .path, "./123"), ("a/b", .path, "a/b"),
        ])
    func forms(word: String, form: NetworkNamespace.Form, path: String) {
        let namespace = NetworkNamespace(Array(word.utf8))
        #expect(namespace.form == form && namespace.path == Array(path.utf8))
    }

    @Test("what --netns takes for a namespace that was found")
    func words() {
        func word(_ name: String?, _ pid: Int32?) -> String {
            var namespace = HeldNamespace(inode: 1, isOwn: false)
            (namespace.name, namespace.pid) = (name.map { Array($0.utf8) }, pid)
            return String(decoding: namespace.word, as: UTF8.self)
        }
        #expect(word("blue", 7) == "blue" && word("123", 7) == "/run/netns/123" && word(nil, 7) == "7")
    }

    @Test("our own namespace is the first of all")
    func census() throws {
        let census = try NamespaceCensus()
        let own = try #require(census.namespaces.first)
        #expect(own.isOwn && own.pid != nil && !census.namespaces.dropFirst().contains(where: \.isOwn))
        #expect(try Namespace.link("net", of: "self") == "net:[\(own.inode)]")
        #expect(Set(census.namespaces.map(\.inode)).count == census.namespaces.count)
    }

    @Test(
        "what is no link of a namespace",
        arguments: [
            "", "net:[", "net:[]", "net:[x]", "mnt:[1]", "net:[1", "net:[-1]", "net:[99999999999999999999]",
        ])
    func links(text: String) {
        #expect(NamespaceCensus.inode(text) == nil)
    }

    @Test("users of a user namespace")
    func users() {
        let map = UserMap(parsing: Array("         0       1000          1\n 1 100000 65536\nx\n5 6\n".utf8))
        #expect(map.outside(0) == 1000 && map.outside(1) == 100_000 && map.outside(65_536) == 165_535)
        #expect(map.outside(65_537) == nil && UserMap(parsing: []).outside(0) == nil)
        #expect(UserMap(parsing: Array("0 4294967295 2".utf8)).outside(1) == nil)
    }

    private static let id = String(repeating: "0123456789abcdef", count: 4)

    @Test(
        "the container in a control group",
        arguments: [
            ("0::/system.slice/docker-\(id).scope", true), ("0::/docker/\(id)", true),
            ("12:pids:/docker/\(id)\n0::/\n", true), ("0::/docker/\(id)/init.scope", true),
            ("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-\(id).scope", true),
            ("0::/machine.slice/libpod-\(id).scope/container", true), ("0::/kubepods/pod1/\(id)", true),
            ("0::/kubepods.slice/crio-\(id).scope", true), ("0::/../libpod-\(id)", true),
            ("0::/machine.slice/libpod-conmon-\(id).scope", false), ("0::/crio-conmon-\(id).scope", false),
            ("0::/user.slice/user-1000.slice", false), ("0::/", false), ("", false), ("\(id)", false),
            ("0::/docker/\(id.dropLast())", false), ("0::/docker/\(id)0", false),
            ("0::/docker/\(id.uppercased())", false),
        ])
    func containers(text: String, isThere: Bool) {
        #expect(ContainerID.parse(Array(text.utf8)) == (isThere ? Self.id : nil))
    }
}
