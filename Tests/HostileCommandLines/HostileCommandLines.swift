// Command lines that nobody would type, made from the description of the commands, so that a new option is among
// them by itself. The tests hand them to the parser, and to the binary.

import CommandSpec

/// The words after the program's name, as the bytes that execve(2) takes.
package typealias CommandLineWords = [[UInt8]]

package struct HostileCommandLines {
    private var random: SplitMix64
    private static let commands = Program.sockctl.allCommands

    private let values: [[UInt8]]

    /// - Parameter longest: how many bytes the longest words have.
    package init(seed: UInt64, longest: Int) {
        random = SplitMix64(state: seed)
        values = Self.values(longest: longest)
    }

    // MARK: one line at random

    /// Words of every kind in any order, or a line that makes sense, with some of it changed.
    package mutating func next() -> CommandLineWords {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return (0..<Int.random(in: 0...8, using: &random)).map { _ in anyWord() }
        case 1: return sensible()
        default:
            var line = sensible()
            for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&line) }
            return line
        }
    }

    private mutating func anyWord() -> [UInt8] {
        let command = Self.commands.randomElement(using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return Array((command?.name ?? "").utf8)
        case 1:
            let option = command?.options.randomElement(using: &random)
            return Array((option?.shortLabel ?? option?.label ?? "").utf8)
        case 2: return Array((command?.options.randomElement(using: &random)?.label ?? "").utf8)
        default: return values.randomElement(using: &random) ?? []
        }
    }

    /// A command with some of its options, each with a value that may be one.
    private mutating func sensible() -> CommandLineWords {
        guard let command = Self.commands.randomElement(using: &random) else { return [] }
        var words = Self.operands(of: command)
        for option in command.options.shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random)) {
            words.append(Array(option.label.utf8))
            guard !option.isFlag else { continue }
            let isHostile = Int.random(in: 0..<3, using: &random) == 0
            words.append(
                isHostile ? values.randomElement(using: &random) ?? [] : Self.sample(option.kind))
        }
        return command.path.map { Array($0.utf8) } + words
    }

    private mutating func mutate(_ line: inout CommandLineWords) {
        guard let index = line.indices.randomElement(using: &random) else { return line = [anyWord()] }
        switch Int.random(in: 0..<7, using: &random) {
        case 0: line.remove(at: index)
        case 1: line.insert(line[index], at: index)
        case 2: line.insert(anyWord(), at: index)
        case 3: line.shuffle(using: &random)
        case 4: line[index].removeLast(Int.random(in: 0...line[index].count, using: &random))
        case 5: line[index].append(.random(in: 1...255, using: &random))
        default:
            guard let place = line[index].indices.randomElement(using: &random) else { return }
            line[index][place] = .random(in: 1...255, using: &random)
        }
    }

    // MARK: every option

    /// Every option of every command with every value, in both of its forms.
    package static func everyOption(longest: Int) -> some Sequence<CommandLineWords> {
        let values = values(longest: longest)
        // All at once they could take some hundred megabytes.
        return commands.lazy.flatMap { command -> [CommandLineWords] in
            let path = command.path.map { Array($0.utf8) }
            let operands = operands(of: command)
            return command.options.flatMap { option in
                let label = Array(option.label.utf8)
                return values.flatMap { value -> [CommandLineWords] in
                    let attached = path + [label + Array("=".utf8) + value] + operands
                    return option.isFlag ? [attached] : [attached, path + [label, value] + operands]
                }
            } + values.map { value in path + [value] + operands.dropFirst() }
        }
    }

    private static func operands(of command: CommandSpec) -> CommandLineWords {
        command.operands.filter(\.required).map { sample($0.kind) }
    }

    /// What a value of this kind may look like: of loopback, and over soon.
    private static func sample(_ kind: ValueKind) -> [UInt8] {
        let text =
            switch kind {
            case .duration: "50ms"
            case .size: "64k"
            case .number, .processID: "1"
            case .port, .descriptor, .livePorts: "0"
            case .endpoint: "127.0.0.1:0"
            case .source, .address: "127.0.0.1"
            case .host: "localhost"
            case .service: "domain"
            case .protocolName: "tcp"
            case .proxy: "socks5://127.0.0.1:0"
            case .fault: "latency=1ms"
            case .network, .liveAddress: "127.0.0.0/8"
            case .interface: "lo"
            case .socketOption: "SO_RCVBUF=4096"
            case .readableOption, .shownOption: "SO_RCVBUF"
            case .socketState: "LISTEN"
            case .addressFlags: "AI_PASSIVE"
            case .nameFlags: "NI_NUMERICHOST"
            case .command: "listen"
            case .commandLine: "true"
            case .framing: "line"
            case .choice(let names), .usual(let names), .usualList(let names): names.first ?? ""
            case .none, .text, .data, .file, .unixSocket, .dataOrFile, .processName, .user, .networkNamespace:
                "word"
            }
        return Array(text.utf8)
    }

    /// Values that are none, or as large, as long or as strange as can be.
    private static func values(longest: Int) -> [[UInt8]] {
        // A digit, a letter, a path, and what is no text.
        let long = [0x39, 0x78, 0x2f, 0xff].map { (byte: UInt8) in [UInt8](repeating: byte, count: longest) }
        return strange.map { Array($0.utf8) } + notUTF8 + long
    }

    private static let strange: [String] = [
        "", "-", "--", "-1", "+1", " 1", "1 ", "0", "00", "0x10", "1e309", "nan", "65536", "4294967296",
        "9223372036854775807", "-9223372036854775808", "18446744073709551616", "99999999999999999999",
        "9223372036854775807h", "9223372036s", "9223372036854775807G", "8388607T",
        "0.00000000000000000001s",
        "\u{1b}[2J\u{7}", "a\nb", "\u{202e}\u{301}", "é", "%s%n%x", "a=b=c", "=", "'", "\\", "\\x", "\\0",
        "delim:\\0", ",", "1-2-3", "9-1", ":", "[", "]:", "[::1", "[::1]:", "::", "fe80::1%", "unix:",
        "unix:@", "@", "@missing",
        "/",
        "0/0/0", "255.255.255.255/33", "delim:", "fixed:0", "fixed:99999999999999999999", "SO_RCVBUF=",
        "SO_RCVBUF=99999999999999999999", "SO_LINGER=", "http:", "2000000000", "4611686018427387904",
    ]

    private static let notUTF8: [[UInt8]] = [
        [0xff, 0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x2d, 0x2d, 0xc3], [0x2d, 0xff], [0x80],
    ]
}

/// SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
