// How long the body of an HTTP message is: RFC 9112 section 6.3, the rules that request smuggling bends.
// Where the RFC lets a recipient choose between repairing and refusing, this one refuses.

enum HTTPBodyLength: Equatable {
    /// So many bytes. What does not fit is said as the largest number.
    case count(UInt64)
    case chunked
    /// All that comes until the peer closes.
    case untilEnd
    /// There is no body, and what follows is no longer HTTP.
    case tunnel

    /// - Parameter request: what a response answers.
    init(of message: HTTPMessage, answering request: HTTPExchange.Request) throws(FramingError) {
        if case .response(let status, _) = message.start {
            // These end after the head, whatever it says.
            if status == 101 || request == .connect && (200...299).contains(status) {
                self = .tunnel
                return
            }
            if request == .head || (100...199).contains(status) || status == 204 || status == 304 {
                self = .count(0)
                return
            }
        }
        let lengths = message.values(of: "Content-Length")
        let codings = try Self.codings(of: message)
        if let codings {
            guard lengths.isEmpty else {
                throw .rfc9112("6.3", "both Content-Length and Transfer-Encoding: the body's end is in doubt")
            }
            // The end of a response can be told, whatever its codings are.
            if message.isRequest, let unknown = codings.first(where: { !Self.known.contains($0) }) {
                throw .rfc9112("6.1", "an unknown transfer coding: \(unknown.utf8.quoted)", status: 501)
            }
            if codings.last == "chunked" {
                self = .chunked
            } else if message.isRequest {
                throw .rfc9112("6.3", "a request whose last transfer coding is not chunked")
            } else {
                self = .untilEnd
            }
        } else if let length = lengths.first {
            guard lengths.count == 1 else { throw .rfc9110("8.6", "\(lengths.count) Content-Length fields") }
            self = .count(try Self.number(length))
        } else {
            self = message.isRequest ? .count(0) : .untilEnd
        }
    }

    /// One decimal number and nothing else: RFC 9110 section 8.6.
    private static func number(_ text: [UInt8]) throws(FramingError) -> UInt64 {
        guard !text.isEmpty, text.allSatisfy(\.isDigit) else {
            throw .rfc9110("8.6", "\(text.quoted) is not a Content-Length")
        }
        var number: UInt64 = 0
        for digit in text {
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            guard !overflow, !carry else { return .max }
            number = sum
        }
        return number
    }

    /// The transfer codings in lower case and the order in which they were applied; nil without any.
    /// RFC 9112 sections 6.1 and 7.
    private static func codings(of message: HTTPMessage) throws(FramingError) -> [String]? {
        let values = message.values(of: "Transfer-Encoding")
        guard !values.isEmpty else { return nil }
        guard message.minorVersion >= 1 else {
            throw .rfc9112("6.1", "Transfer-Encoding in HTTP/1.0, which has none")
        }
        var codings: [String] = []
        for value in values {
            var rest = value[...]
            while true {
                // Empty elements of a list are ignored: RFC 9110 section 5.6.1.2.
                rest = rest.drop { $0.isBlank || $0 == UInt8(ascii: ",") }
                guard !rest.isEmpty else { break }
                codings.append(try coding(&rest, value))
            }
        }
        guard !codings.isEmpty else { throw .rfc9112("6.1", "an empty Transfer-Encoding") }
        guard codings.count(where: { $0 == "chunked" }) <= 1 else {
            throw .rfc9112("6.1", "the body is chunked twice")
        }
        return codings
    }

    /// Takes one coding with its parameters, up to the comma after it: RFC 9112 section 7.
    private static func coding(_ rest: inout ArraySlice<UInt8>, _ value: [UInt8]) throws(FramingError)
        -> String
    {
        let malformed = FramingError.rfc9112("7", "\(value.quoted) is not a list of transfer codings")
        guard let name = rest.takeToken() else { throw malformed }
        let coding = String(decoding: name, as: UTF8.self).lowercased()
        while true {
            rest.skipBlanks()
            guard let next = rest.first, next != UInt8(ascii: ",") else { return coding }
            guard rest.takeParameter() else { throw malformed }
            guard coding != "chunked" else {
                throw .rfc9112("7.1", "chunked takes no parameters: \(value.quoted)")
            }
        }
    }

    /// The registered ones: RFC 9112 section 7.
    private static let known = ["chunked", "compress", "x-compress", "deflate", "gzip", "x-gzip"]
}
