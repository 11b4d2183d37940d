// Bytes from the network on their way to a terminal: the same text however they are split, and nothing in it
// that a terminal would obey.

import FoundationEssentials

@testable import Commands

func target(_ input: inout Input) {
    let cut = Int(input.byte())
    let bytes = input.remaining()
    let whole = escaped([bytes[...]])
    check(whole == escaped([bytes.prefix(cut), bytes.dropFirst(cut)]), "cut at \(cut)")
    check(whole == escaped(bytes.indices.map { bytes[$0...$0] }), "byte by byte")
    check(isHarmless(whole), whole)

    let text = String(decoding: bytes, as: UTF8.self)
    check(isHarmless(TerminalEscaper.visible(text)), text)
    let line = TerminalEscaper.line(text)
    check(isHarmless(line) && !line.contains { $0.isNewline || $0 == "\t" }, line)
    checkJSON(text)
    // Colours of our own may stay, and nothing else.
    let colored = TerminalEscaper.visible(text, keepingColor: true)
    for piece in colored.split(separator: "\u{1b}", omittingEmptySubsequences: false).dropFirst() {
        check(piece.drop { "[0123456789;".contains($0) }.first == "m", colored)
    }
    check(isHarmless(colored.replacing("\u{1b}", with: "")), colored)
}

/// JSON for a terminal says what it said before.
private func checkJSON(_ text: String) {
    guard let json = try? JSONEncoder().encode(text) else { return check(false, text) }
    let shown = TerminalEscaper.json(Array(json))
    check(isHarmless(String(decoding: shown, as: UTF8.self)), String(decoding: shown, as: UTF8.self))
    check((try? JSONDecoder().decode(String.self, from: Data(shown))) == text, text)
}

private func escaped(_ pieces: [ArraySlice<UInt8>]) -> String {
    var escaper = TerminalEscaper()
    var output: [UInt8] = []
    for piece in pieces { escaper.append(piece.span.bytes, to: &output) }
    escaper.finish(to: &output)
    guard let text = String(validating: output, as: UTF8.self) else { fatalError("not UTF-8: \(output)") }
    return text
}

/// No control characters but line ends and tabs, and nothing that reorders or hides text.
private func isHarmless(_ text: String) -> Bool {
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
        if previous == "\r", scalar != "\n" { return false }
        if scalar.properties.isDefaultIgnorableCodePoint { return false }
        switch scalar.properties.generalCategory {
        case .control: guard ["\n", "\r", "\t"].contains(scalar) else { return false }
        case .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: return false
        default: break
        }
        previous = scalar
    }
    return previous != "\r"
}
