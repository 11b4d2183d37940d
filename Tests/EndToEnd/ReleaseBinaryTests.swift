// What the linker makes of the release build: which libraries and which glibc it needs, that nothing of it can be
// replaced from outside, that it starts without /proc, and that what a start touches lies side by side.

import Foundation
import Testing

@Suite("The release binary")
struct ReleaseBinaryTests {
    /// What README promises.
    private static let newestGlibc = [2, 34]
    private static let libraries: Set<String> = ["libc.so.6", "libm.so.6", "libgcc_s.so.1"]

    private static let linker = "\(ReleaseBuild.package)/Sources/CLinux/link"

    private func objdump(_ scene: Scene, _ option: String) throws -> [[Substring]] {
        let program = try scene.run(.objdump, [option, try ReleaseBuild.require()])
        try scene.expectSuccess(program)
        return program.output.text.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
    }

    @Test("it needs libc, libm and libgcc_s, of a glibc as old as README says, from no folder of its own")
    func needs() throws {
        try scene { scene in
            let lines = try objdump(scene, "-p")
            let needed = Set(lines.filter { $0.first == "NEEDED" }.compactMap(\.last).map(String.init))
            // The dynamic linker is a part of libc.
            let others = needed.filter { !$0.hasPrefix("ld-linux") }
            #expect(others == Self.libraries, "\(needed)")

            let versions = lines.compactMap { $0.last }.filter { $0.hasPrefix("GLIBC_") }
                .map { $0.dropFirst("GLIBC_".count).split(separator: ".").compactMap { Int($0) } }
            let newest = try #require(versions.max { $0.lexicographicallyPrecedes($1) })
            #expect(!Self.newestGlibc.lexicographicallyPrecedes(newest), "it needs glibc \(newest)")

            #expect(!lines.contains { $0.first == "RPATH" || $0.first == "RUNPATH" })
        }
    }

    @Test("it exports nothing")
    func exports() throws {
        try scene { scene in
            let symbols = try objdump(scene, "-T").filter { $0.count >= 4 && $0[0].allSatisfy(\.isHexDigit) }
            #expect(symbols.count > 100)
            #expect(symbols.filter { !$0.contains("*UND*") } == [])
        }
    }

    @Test("the runtime's look into /proc for the arguments is not a part of it")
    func arguments() throws {
        let binary = try Data(contentsOf: URL(fileURLWithPath: try ReleaseBuild.require()))
        #expect(binary.range(of: Data("/proc/self/maps".utf8)) == nil)
    }

    /// Where it no longer does, `Sources/CLinux/link/symbol-order.update` writes it anew.
    @Test("the order of symbols names what a start touches")
    func order() throws {
        _ = try ReleaseBuild.require()
        _ = try Tool.valgrind.require()
        try scene { scene in
            let check = try scene.run(.python3, ["\(Self.linker)/symbol-order.update", "--check"])
            let exit = try check.exit(within: 10 * patience)
            #expect(exit == .status(0), "\(scene)")
            #expect(check.output.text.contains(" % of the "), "\(scene)")
        }
    }

    // MARK: where something cannot be had

    /// The words that reach the linker, and what is said, with the linkers of these names installed.
    private func link(_ scene: Scene, linkers: [String], staticLibrary: Bool) throws -> (String, said: String)
    {
        for tool in ["dirname", "readlink"] {
            try FileManager.default.createSymbolicLink(
                atPath: scene.path(tool), withDestinationPath: "/usr/bin/\(tool)")
        }
        for name in linkers {
            let fake = try scene.file(name, Data("#!/bin/sh\necho ${0##*/} \"$@\"\n".utf8))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fake)
        }
        if staticLibrary { _ = try scene.file("libstdc++.a", Data()) }
        let program = try scene.shell(
            #"""
            export PATH=$PWD
            exec "$1" -L/nowhere -L. -o "a name" a.o -lstdc++ -lm -export-dynamic '-rpath=$ORIGIN'
            """#, arguments: ["\(Self.linker)/ld"])
        try scene.expectSuccess(program)
        return (program.output.text, program.errors.text)
    }

    @Test("the linker is told to link libstdc++ statically, to export nothing and to set no run path")
    func everything() throws {
        try scene { scene in
            let (words, said) = try link(scene, linkers: ["ld.lld", "ld"], staticLibrary: true)
            let given = "-L/nowhere -L. -o a name a.o -l:libstdc++.a -lm"
            #expect(words.hasPrefix("ld.lld \(given) --symbol-ordering-file=\(Self.linker)/symbol-order "))
            #expect(words.contains(" -Map=a name.map "))
            #expect(said == "")
        }
    }

    @Test("without libstdc++.a the library is linked dynamically, and that is said")
    func withoutStaticLibrary() throws {
        try scene { scene in
            let (words, said) = try link(scene, linkers: ["ld.lld", "ld"], staticLibrary: false)
            #expect(words.contains(" a.o -lstdc++ -lm --symbol-order"))
            #expect(said.hasPrefix("warning: no libstdc++.a: "))
        }
    }

    @Test("without lld another linker does, and that is said")
    func withoutLLD() throws {
        try scene { scene in
            let (words, said) = try link(scene, linkers: ["ld"], staticLibrary: true)
            #expect(words == "ld -L/nowhere -L. -o a name a.o -l:libstdc++.a -lm\n")
            #expect(said.hasPrefix("warning: no ld.lld: "))
        }
    }
}
