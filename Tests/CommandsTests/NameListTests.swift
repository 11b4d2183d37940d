// Names for completion, from files as they come.

import CommandSpec
import Testing

@testable import Commands

@Suite struct NameListTests {
    private func words(_ text: String) -> [[String]] { NameLists.words(Array(text.utf8)) }

    @Test("hosts(5)") func hosts() {
        let text = "# names\n127.0.0.1\tlocalhost  here # and more\n\n::1 localhost\r\n192.0.2.1\n"
        let found = NameLists.hosts(words(text))
        #expect(
            found == [
                Candidate("localhost", "127.0.0.1"), Candidate("here", "127.0.0.1"),
                Candidate("localhost", "::1"),
            ])
        #expect(found.unique.map(\.value) == ["localhost", "here"])
    }

    @Test(
        "known_hosts of ssh",
        arguments: [
            ("a.example,192.0.2.1 ssh-ed25519 AAAA", ["a.example", "192.0.2.1"]),
            ("[b.example]:2222 ssh-rsa AAAA", ["b.example"]),
            ("|1|c2FsdA==|aGFzaA== ssh-rsa AAAA", []),
            ("@cert-authority *.example ssh-rsa AAAA", []),
            ("@revoked c.example ssh-rsa AAAA", ["c.example"]),
            ("!d.example,?e,f ssh-rsa AAAA", ["f"]),
            ("#e.example ssh-rsa AAAA", []), ("# e ssh-rsa", []), ("  g ssh-rsa AAAA comment # of it", ["g"]),
            ("h ssh-rsa AAAA\r\ni ssh-rsa AAAA", ["h", "i"]), ("alone", []), ("", []), ("@revoked", []),
            ("\u{0}\u{ff}", []),
        ])
    func knownHosts(line: String, expected: [String]) {
        #expect(NameLists.knownHosts(Array(line.utf8)).map(\.value) == expected)
    }

    @Test("services(5), protocols(5), passwd(5)") func others() {
        let services = words(
            "ssh 22/tcp\ndomain 53/udp # DNS\nbad\nworse x/tcp\nbig 70000/tcp\nhttp 80/tcp www\n")
        #expect(NameLists.services(services, protocolName: "tcp").map(\.name) == ["ssh", "http"])
        #expect(NameLists.services(services, protocolName: "udp").map(\.port) == [53])
        #expect(
            NameLists.protocols(words("ip 0 IP\ntcp 6 TCP\nx\n")) == [
                Candidate("ip", "0"), Candidate("tcp", "6"),
            ])
        #expect(
            NameLists.users(words("root:x:0:0:the root:/root:/bin/sh\n+::::::\n:x:1\nbare\n"))
                == [Candidate("root", "0"), Candidate("+", "")])
    }
}
