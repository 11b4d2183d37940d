// What .ci/package makes, unpacked into a root in which there is nothing else, not even /proc: the binary does its
// work there, and a reader of manuals and a shell find theirs.

import Foundation
import Testing

@Suite("The package")
struct PackageTests {
    /// Makes the archive of what is built, once for all tests: its path.
    private static let archive = Result {
        _ = try ReleaseBuild.require()
        var path = ""
        try scene { path = try make($0) }
        return path
    }

    private static func make(_ scene: Scene) throws -> String {
        let program = try scene.shell(
            #"exec "$1/.ci/package" --skip-build"#, arguments: [ReleaseBuild.package])
        guard try program.exit(within: 4 * patience) == .status(0) else { throw Unexpected("\(scene)") }
        return "\(ReleaseBuild.package)/\(program.output.text.dropLast())"
    }

    /// Runs a script with `there COMMAND`, which has the unpacked folder as its root, and with the tools that it needs
    /// beside the binary.
    private func run(_ scene: Scene, tools: [Tool], _ script: String) throws -> String {
        let archive = try Self.archive.get()
        let paths = try tools.map { try $0.require() }.joined(separator: " ")
        let program = try Network.run(
            scene,
            """
            mkdir -p root/usr/local root/bin root/tmp root/dev
            tar -xzf \(archive) -C root/usr/local --strip-components=1
            : > root/dev/null
            mount --bind /dev/null root/dev/null
            for tool in \(paths); do cp -L $tool root/bin; done
            for file in $(ldd root/usr/local/bin/sockctl root/bin/* | grep -o '/[^ ]* (0x' | cut -d ' ' -f 1); do
                mkdir -p root${file%/*}
                cp -L $file root$file
            done
            chroot=$(PATH=$PATH:/usr/sbin command -v chroot)
            there() { env -i PATH=/usr/local/bin:/bin LC_ALL=C $chroot root "$@"; }
            \(script)
            """)
        let exit = try program.exit(within: 4 * patience)
        #expect(exit == .status(0), "\(scene)")
        return program.output.text
    }

    @Test("the binary has its arguments and moves data without /proc, and says what it cannot do")
    func binary() throws {
        try scene { scene in
            let output = try run(
                scene, tools: [],
                """
                there sockctl --version
                there sockctl resolve inet_pton 127.0.0.1
                there sockctl recv unix:/tmp/s 2> listening > received &
                ready listening
                echo across | there sockctl send unix:/tmp/s
                wait $!
                cat received
                there sockctl listen -k unix:/tmp/l 2> listening2 &
                ready listening2
                there sockctl info --unix --listening 2>&1 | grep -o 'owners.*'
                there sockctl info --pid 1 2>&1 || echo status $?
                kill $!
                """)
            let lines = output.split(separator: "\n")
            #expect(lines.first?.hasPrefix("sockctl ") == true)
            #expect(
                lines.dropFirst() == [
                    "7f000001", "across", "owners of 1 socket are not visible: /proc is not mounted",
                    "sockctl: info: the descriptors of process 1 cannot be listed: /proc is not mounted (ENOENT)",
                    "  name one with --fd, or mount it: 'mount -t proc proc /proc'", "status 1",
                ], "\(scene)")
        }
    }

    @Test("the manual is found and read")
    func manual() throws {
        try scene { scene in
            let output = try run(
                scene, tools: [.mandoc, .bash],
                """
                # mandoc is man if it is called so, which on Debian is mman.
                manual() {
                    for name in mman man; do
                        there bash -c "exec -a $name mandoc -T ascii -M /usr/local/share/man $*" && return
                    done
                }
                manual sockctl-recv
                manual 7 sockctl-json
                manual 7 sockctl-cookbook
                """)
            #expect(
                output.contains("SOCKCTL-RECV(1)") && output.contains("SOCKCTL-JSON(7)")
                    && output.contains("SOCKCTL-COOKBOOK(7)"), "\(scene)")
        }
    }

    @Test("a completion is found and offers what is meant")
    func completion() throws {
        try scene { scene in
            let output = try run(
                scene, tools: [.bash],
                """
                # For bash's <(command) alone.
                mkdir root/proc && mount --rbind /proc root/proc && ln -s /proc/self/fd root/dev/fd
                there bash -c '
                    . /usr/local/share/bash-completion/completions/sockctl
                    COMP_LINE='\\''sockctl conn'\\'' COMP_POINT=12 COMP_WORDS=(sockctl conn) COMP_CWORD=1
                    _sockctl sockctl conn sockctl 2>/dev/null
                    echo "${COMPREPLY[@]}"'
                """)
            #expect(output == "connect\n", "\(scene)")
        }
    }

    @Test("the same build gives the same archive, and unpacking changes no folder that is there")
    func archive() throws {
        try scene { scene in
            let first = try Data(contentsOf: URL(fileURLWithPath: try Self.archive.get()))
            let second = try Data(contentsOf: URL(fileURLWithPath: try Self.make(scene)))
            #expect(first == second)
            let unpacked = try scene.shell(
                """
                mkdir -p -m 700 home/share && tar -xzf "$1" -C home --strip-components=1 &&
                stat -c %a home/share && find home -type f | wc -l
                """, arguments: [try Self.archive.get()])
            try scene.expectSuccess(unpacked)
            let man = try FileManager.default.contentsOfDirectory(atPath: "\(ReleaseBuild.package)/man")
            // The binary and three completions.
            #expect(unpacked.output.text == "700\n\(man.count + 4)\n")
        }
    }
}
