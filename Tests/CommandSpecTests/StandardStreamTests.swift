// `-` where an option names a file: which options those are, and what may not be combined.

import Testing

@testable import CommandSpec

private func arguments(_ line: String) throws -> Arguments {
    let words = line.split(separator: " ").map { Word(String($0)) }
    guard case .run(_, let arguments) = try Program.sockctl.parse(words) else { throw UsageError("help") }
    return arguments
}

@Suite struct StandardStreamTests {
    @Test("every option that names a file knows what - is", arguments: Program.sockctl.allCommands)
    func options(_ command: CommandSpec) {
        for option in command.options where option.kind == .file || option.placeholder.contains("@FILE") {
            #expect(FileUse.all.contains { $0.option.long == option.long }, "\(option.label)")
            #expect(command.standardOutput != nil, "\(command.fullName)")
        }
    }

    @Test(arguments: [
        ("send 9000 x -O - --record -", "--output - and --record - cannot both be standard output"),
        ("send 9000 x -O /dev/stdout --record -", "--output /dev/stdout and --record - cannot both"),
        ("recv -O /dev/stdout --json 9000", "--output /dev/stdout and --json"),
        ("recv -O /proc/self/fd/1 --json 9000", "--output /proc/self/fd/1 and --json"),
        ("recv 9000 --record /dev/fd/1", "--record /dev/fd/1 needs --output"),
        ("send http://h/ --http PUT --data @- -O - -j", "--output - and --json"),
        ("recv -O - --json 9000", "--output - and --json"),
        ("listen -k --echo --record - -j 9000", "--record - and --json"),
        ("send 9000 x --record -", "needs --output or --no-reply"),
        ("send 9000 x --record pcapng:-", "--record pcapng:- needs --output or --no-reply"),
        ("listen -k --echo --record pcapng:/dev/stdout -j 9000", "--record pcapng:/dev/stdout and --json"),
        ("connect 9000 --record=-", "needs --output, --send-only"),
        ("recv 9000 --record -", "needs --output"),
        ("listen 9000 --record -", "--echo"),
        ("listen 9000 --reply x --record -", "--discard"),
        ("udp recv 9000 --echo --record -", "needs --output"),
        ("udp send 9000 x --wait 1s --record -", "needs --output"),
        ("udp connect 9000 --record -", "needs --output"),
        ("broadcast send 9000 x --wait 1s --record -", "needs --output"),
        ("broadcast recv 9000 --reply x --record -", "needs --output"),
    ])
    func conflict(_ line: String, _ message: String) {
        let error = #expect(throws: UsageError.self) { try arguments(line) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        "send 9000 -f - -O -", "send 9000 x -O out --record -", "send 9000 x --record out -j",
        "recv 9000 -O ./-", "recv 9000 --record pcapng:./-", "recv 9000 --record ./pcapng:-",
        "recv 9000 -O /dev/stdin -j", "recv 9000 -O /dev/stderr -j",
        "send 9000 x --no-reply --record -", "listen -k --chat 9000 --record -",
        "listen --send-only 9000 --record -",
        "listen 9000 --reply @- -O -", "udp send 9000 x --record -", "broadcast send 9000 x --record -",
        "recv 9000 -O - -O out -j", "listen 9000 --reply - -j", "recv 9000 --record ./- -j",
    ])
    func noConflict(_ line: String) throws { _ = try arguments(line) }
}
