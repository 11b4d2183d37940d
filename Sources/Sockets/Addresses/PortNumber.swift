// Ports as text. getaddrinfo(3) reads them with strtoul(3), which takes blanks and signs, and cuts what is too great
// for a port to 16 bits, so that 65616 is port 80: what may be a number is checked here before.

package enum PortNumber {
    /// Nil for anything but digits, and for a number above 65,535.
    package static func read(_ text: some StringProtocol) -> UInt16? {
        text.utf8.allSatisfy(isDigit) ? UInt16(text) : nil
    }

    /// Whether it is the number of a port or may be the name of a service: RFC 6335 has them begin with a letter
    /// or digit and contain a letter.
    package static func isValid(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first else { return false }
        if text.utf8.allSatisfy(isDigit) { return UInt16(text) != nil }
        return first > UInt8(ascii: " ") && first != UInt8(ascii: "+") && first != UInt8(ascii: "-")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
