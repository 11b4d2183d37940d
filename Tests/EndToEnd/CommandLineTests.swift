// The binary on command lines that nobody would type, in a network namespace where they reach nobody: it ends or
// can be interrupted, never dies of a signal of its own making, and a usage error says what is wrong.

import Foundation
import Glibc
import HostileCommandLines
import Testing

@Suite("Hostile command lines, run")
struct CommandLineTests {
    private static var lines: [CommandLineWords] {
        // Every so many of them, of which there is time for in CI; a prime, so that all values are met.
        let stride = ProcessInfo.processInfo.environment["HOSTILE_STRIDE"].flatMap(Int.init) ?? 37
        let options = HostileCommandLines.everyOption(longest: 100 << 10).enumerated().filter {
            $0.offset % stride == 0
        }
        var generator = HostileCommandLines(seed: 6, longest: 100 << 10)
        return options.map(\.element) + (0..<1000).map { _ in generator.next() }
    }

    @Test("it ends by itself or when interrupted, and says what is wrong")
    func run() throws {
        try scene { scene in
            // The number of words, then the words, each with a NUL.
            var data = Data()
            for line in Self.lines {
                data += Data("\(line.count)".utf8) + [0]
                for word in line { data += Data(word) + [0] }
            }
            let lines = try scene.file("lines", data)
            let driver = try scene.file("driver.py", Data(Self.driver.utf8))
            let python = try Tool.python3.require()
            let program = try Network.run(scene, "exec \(python) \(driver) \(lines)")
            let exit = try program.exit(within: 60 * patience)
            #expect(exit == .status(0) && program.output.text.hasPrefix("ran "), "\(scene)")
        }
    }

    private static let driver = #"""
        import collections, concurrent.futures, os, signal, subprocess, sys

        words = iter(open(sys.argv[1], "rb").read().split(b"\0")[:-1])
        lines = [[next(words) for _ in range(int(count))] for count in words]
        folder = os.path.join(os.getcwd(), "files")
        os.mkdir(folder)
        # A trap is a signal here, and not half a second of backtrace.
        environment = dict(os.environ, SWIFT_BACKTRACE="enable=no")

        def run(line):
            process = subprocess.Popen([os.environ["SOCKCTL"], *line], cwd=folder, env=environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            try:
                errors = process.communicate(timeout=0.3)[1]
            except subprocess.TimeoutExpired:
                # It serves or waits, as it was told.
                process.send_signal(signal.SIGINT)
                try:
                    errors = process.communicate(timeout=10)[1]
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()
                    return process.returncode, "hangs"
            status = process.returncode
            if not (0 <= status <= 11 or status == -signal.SIGINT): return status, f"status {status}"
            if status == 2 and not errors.startswith((b"sockctl: ", b'{"event":"failure",')): return status, "no message"
            text = errors.decode(errors="replace").replace("\n", "")
            if any(ord(c) < 0x20 or 0x7f <= ord(c) < 0xa0 for c in text): return status, f"unfit to print: {text[:200]!r}"
            return status, None

        statuses, failures = collections.Counter(), []
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for line, (status, failure) in zip(lines, pool.map(run, lines)):
                statuses[status] += 1
                if failure: failures.append(f"{failure}: {[word[:80] for word in line]}")
        print("ran", len(lines), dict(sorted(statuses.items())))
        if failures: sys.exit("\n".join([f"{len(failures)} failures", *failures[:20]]))
        """#
}
