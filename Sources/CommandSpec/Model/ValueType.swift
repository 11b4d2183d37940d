// The kinds of values that options and operands take. A kind says what a value is, which is all that a
// completion needs; a value type adds how it is read into Swift. A new kind of value is one definition here.

package enum ValueKind: Hashable, Sendable {
    case none
    case duration, size, number, port
    /// Text of which some is usual; several with commas between.
    case usual([String])
    case usualList([String])
    case text, data, file, unixSocket
    /// Data, or after `@` the name of the file that has it.
    case dataOrFile
    /// A program and all its arguments: every word that follows.
    case commandLine
    case processID, processName, user, networkNamespace
    /// A descriptor of the process that `--pid` names, or of this one.
    case descriptor
    case endpoint(EndpointUse)
    /// A local address, a network, the name of an interface.
    case source, network, interface
    /// What is looked up: a host, an address, a service, a protocol.
    case host, address, service, protocolName
    /// Ports, and addresses, that sockets have now.
    case livePorts, liveAddress(SocketSide)
    case proxy
    /// Socket options: those that can be set, those that can be read, and those with their levels.
    case socketOption, readableOption, shownOption
    case socketState
    case addressFlags, nameFlags
    case command
    case framing
    case fault
    case choice([String])

    var isEndpoint: Bool { if case .endpoint = self { true } else { false } }
}

/// What is done at an endpoint, and how it is written.
package enum EndpointUse: Hashable, Sendable {
    case listen, connect
    /// It is connected to, and written in one word.
    case oneWord
}

/// Whose address of a socket is meant.
package enum SocketSide: Hashable, Sendable { case local, peer, either }

package struct ValueType<Value: Sendable>: Sendable {
    package let kind: ValueKind
    /// What a value is, as the end of the sentences "X expects …" and "X is not …".
    package let expectation: String
    /// The value that a word stands for, or nil if it stands for none.
    package let read: @Sendable (Word) -> Value?

    package init(_ kind: ValueKind, _ expectation: String, read: @escaping @Sendable (Word) -> Value?) {
        self.kind = kind
        self.expectation = expectation
        self.read = read
    }
}

extension ValueType<Duration> {
    /// A time to wait for something: longer than zero.
    package static let duration = ValueType(
        .duration, "a duration longer than zero, such as 250ms, 5s, 1.5m or 2h"
    ) { word in
        Scan.duration(word.bytes).flatMap { $0 > .zero ? $0 : nil }
    }

    /// A pause, which may be of no length.
    package static let pause = ValueType(.duration, "a duration, such as 250ms, 5s, 1.5m or 2h") { word in
        Scan.duration(word.bytes)
    }
}

extension ValueType<Int> {
    package static let size = ValueType(.size, "a size of at least one byte, such as 512, 64k, 10M or 1G") {
        Scan.size($0.bytes).flatMap { $0 > 0 ? $0 : nil }
    }

    package static func number(_ range: ClosedRange<Int>, _ kind: ValueKind = .number) -> ValueType {
        ValueType(kind, "a number from \(range.lowerBound) to \(range.upperBound)") { word in
            Scan.number(word.bytes).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ValueType<Double> {
    package static let percentage = ValueType(.number, "a percentage from 0 to 100, such as 5 or 0.5%") {
        word in
        guard var text = word.validText?[...], let first = text.utf8.first, first != UInt8(ascii: "+"),
            text.utf8.allSatisfy({
                (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "%")
            })
        else { return nil }
        if text.hasSuffix("%") { text.removeLast() }
        return Double(text).flatMap { (0...100).contains($0) ? $0 : nil }
    }
}

/// How often something is done.
package struct Repetitions: Sendable, Equatable {
    /// Nil for no end.
    package let number: Int?
}

extension ValueType<Repetitions> {
    package static let repetitions = ValueType(.usual(["forever"]), "a number from 1, or forever") { word in
        if word == Word("forever") { return Repetitions(number: nil) }
        return Scan.number(word.bytes).flatMap { $0 > 0 ? Repetitions(number: $0) : nil }
    }
}

extension ValueType<UInt64> {
    /// The number of a socket: decimal, hexadecimal after `0x`, or as `ss -e` has a cookie, `sk:1a`.
    package static let identifier = ValueType(.number, "a number, decimal or hexadecimal after 0x") { word in
        let text = word.text
        for prefix in ["0x", "0X", "sk:"] where text.hasPrefix(prefix) {
            let digits = text.dropFirst(prefix.count)
            return digits.utf8.first == UInt8(ascii: "+") ? nil : UInt64(digits, radix: 16)
        }
        return Scan.number(word.bytes).map { UInt64($0) } ?? nil
    }
}

extension ValueType<UInt32> {
    /// The permissions of a file, as chmod(1) has them in octal.
    package static let fileMode = ValueType(
        .usual(["600", "660", "666"]), "the permissions of a file in octal, from 0 to 777, such as 660"
    ) { word in
        guard (1...4).contains(word.bytes.count), word.bytes.allSatisfy({ (0x30...0x37).contains($0) }) else {
            return nil
        }
        return UInt32(word.text, radix: 8).flatMap { $0 <= 0o777 ? $0 : nil }
    }
}

extension ValueType<UInt16> {
    package static let port = ValueType(.port, "a port from 0 to 65535") { word in
        Scan.number(word.bytes).flatMap { UInt16(exactly: $0) }
    }
}

extension ValueType<String> {
    /// Text that is not empty.
    package static func text(_ kind: ValueKind, _ expectation: String) -> ValueType {
        ValueType(kind, expectation) { word in
            word.validText.flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    package static func choice(_ names: [String]) -> ValueType {
        ValueType(.choice(names), "one of " + names.joined(separator: ", ")) { word in
            names.first { Word($0) == word }
        }
    }

    /// One of some names, also for one leg of a relay, as in `server:NAME`.
    package static func legged(_ names: [String]) -> ValueType {
        ValueType(.choice(names), "one of " + names.joined(separator: ", ")) { word in
            word.validText.flatMap { text in
                let name =
                    ["client:", "server:"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) }
                    ?? text[...]
                return names.contains(String(name)) ? text : nil
            }
        }
    }
}

extension ValueType<Word> {
    /// Anything but nothing, as it was typed.
    package static func word(_ expectation: String, _ kind: ValueKind = .text) -> ValueType {
        ValueType(kind, expectation) { $0.bytes.isEmpty ? nil : $0 }
    }

    package static let data = ValueType(.data, "the bytes to send") { $0 }
    package static let dataOrFile = ValueType(.dataOrFile, "the bytes to send, or @ and the name of a file") {
        $0
    }
    package static let file = ValueType(.file, "the name of a file") { $0.bytes.isEmpty ? nil : $0 }
}

extension ValueType<[UInt8]> {
    /// The bytes that a text with the escapes of printf(1) stands for.
    package static func escaped(_ expectation: String, mayBeEmpty: Bool) -> ValueType {
        ValueType(.text, expectation + #", with escapes such as \r\n and \xff"#) { word in
            Escapes.bytes(word.bytes).flatMap { mayBeEmpty || !$0.isEmpty ? $0 : nil }
        }
    }
}

extension ValueType<[Word]> {
    /// Every word that follows, whatever it looks like.
    package static let commandLine = ValueType(.commandLine, "a program, and then its arguments") {
        $0.bytes.isEmpty ? nil : [$0]
    }
}

extension ValueType<Bool> {
    /// A flag takes no value: that it stands there is all it says.
    package static let flag = ValueType(.none, "no value") { _ in nil }
}
