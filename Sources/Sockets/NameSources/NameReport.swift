// What a child that asked libc tells: lines of words, what others have chosen in hexadecimal. A child that is ended has
// told what it knew by then.

package struct NameReport: Hashable, Sendable {
    /// What a call for the addresses of a name has answered.
    package enum Outcome: Hashable, Sendable {
        case found([AnyIPAddress], name: String?)
        case failed(ResolutionError)
        /// An address has no name.
        case nameless(HostError)
    }

    enum Line: Hashable {
        /// `getaddrinfo(3)`, or that `gethostbyaddr(3)` failed, and how long it took.
        case addresses(Outcome, Duration)
        /// `gethostbyaddr(3)`.
        case names(String, [String], Duration)
        /// `getaddrinfo(3)` with `AI_ADDRCONFIG`.
        case configured(Outcome)
        /// `gethostbyname2(3)`.
        case host(AddressFamily, [AnyIPAddress])
        case status(NameServiceStatus)
        /// There is no module for the source.
        case notInstalled
        /// The files of the network namespace could not be put in their places.
        case unused(Errno)
    }

    /// Nil while it is not known.
    package private(set) var outcome: Outcome?
    package private(set) var time: Duration?
    /// Of an address.
    package private(set) var aliases: [String] = []
    package private(set) var status: NameServiceStatus?
    package private(set) var isNotInstalled = false
    package private(set) var configured: Outcome?
    /// What `gethostbyname` gives, of the families that were asked for.
    package private(set) var hosts: [AddressFamily: [AnyIPAddress]] = [:]
    package private(set) var unusedFiles: Errno?

    /// What a child may say at most: several thousand addresses.
    package static let longest = 1 << 20

    /// - Parameter text: what came from a child; a line that is cut off is left out.
    package init(_ text: [UInt8]) {
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            switch Line(String(decoding: line, as: UTF8.self)) {
            case .addresses(let outcome, let time): (self.outcome, self.time) = (outcome, time)
            case .names(let name, let aliases, let time):
                (outcome, self.aliases, self.time) = (.found([], name: name), aliases, time)
            case .configured(let outcome): configured = outcome
            case .host(let family, let addresses): hosts[family] = addresses
            case .status(let status): self.status = status
            case .notInstalled: isNotInstalled = true
            case .unused(let error): unusedFiles = error
            case nil: continue
            }
        }
    }

    package var addresses: [AnyIPAddress] {
        if case .found(let addresses, _) = outcome { addresses } else { [] }
    }

    package var name: String? { if case .found(_, let name) = outcome { name } else { nil } }

    package var error: ResolutionError? {
        switch outcome {
        case .failed(let error): error
        case .nameless(let error): error.equivalent
        case .found, nil: nil
        }
    }

    /// The symbol of the error, `EAI_NONAME` or `HOST_NOT_FOUND`.
    package var code: String? {
        if case .nameless(let error) = outcome { error.name } else { error?.name }
    }
}

extension NameReport.Line {
    var text: String {
        switch self {
        case .addresses(let outcome, let time): "addresses \(time.nanoseconds) \(outcome.text)"
        case .names(let name, let aliases, let time):
            (["names \(time.nanoseconds)"] + ([name] + aliases).map(\.hexadecimal)).joined(separator: " ")
        case .configured(let outcome): "configured \(outcome.text)"
        case .host(let family, let addresses):
            (["host", family.rawValue] + addresses.map(\.word)).joined(separator: " ")
        case .status(let status): "status \(status.rawValue)"
        case .notInstalled: "not-installed"
        case .unused(let error): "unused \(error.rawValue)"
        }
    }

    init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        let rest = words.dropFirst()
        switch words.first {
        case "addresses":
            guard let time = rest.first.flatMap({ Int64($0) }),
                let outcome = NameReport.Outcome(words.dropFirst(2))
            else { return nil }
            self = .addresses(outcome, .nanoseconds(time))
        case "names":
            let names = words.dropFirst(2).compactMap(String.init(hexadecimal:))
            guard let time = rest.first.flatMap({ Int64($0) }), let name = names.first else { return nil }
            self = .names(name, Array(names.dropFirst()), .nanoseconds(time))
        case "configured":
            guard let outcome = NameReport.Outcome(rest) else { return nil }
            self = .configured(outcome)
        case "host":
            guard let family = rest.first.flatMap(AddressFamily.init(rawValue:)) else { return nil }
            self = .host(family, words.dropFirst(2).compactMap(AnyIPAddress.init(word:)))
        case "status":
            guard let status = rest.first.flatMap(NameServiceStatus.init(rawValue:)) else { return nil }
            self = .status(status)
        case "not-installed": self = .notInstalled
        case "unused":
            guard let number = rest.first.flatMap({ Int32($0) }) else { return nil }
            self = .unused(Errno(rawValue: number))
        default: return nil
        }
    }
}

extension NameReport.Outcome {
    fileprivate var text: String {
        switch self {
        case .found(let addresses, let name):
            (["found", name.map(\.hexadecimal) ?? "-"] + addresses.map(\.word)).joined(separator: " ")
        case .failed(.system(let error)): "failed \(ResolutionError.system(error).code) \(error.rawValue)"
        case .failed(let error): "failed \(error.code) 0"
        case .nameless(.system(let error)): "nameless \(HostError.system(error).code) \(error.rawValue)"
        case .nameless(let error): "nameless \(error.code) 0"
        }
    }

    fileprivate init?(_ words: ArraySlice<String>) {
        let rest = words.dropFirst()
        switch words.first {
        case "found":
            self = .found(
                rest.dropFirst().compactMap(AnyIPAddress.init(word:)),
                name: rest.first.flatMap(String.init(hexadecimal:)))
        case "failed", "nameless":
            let numbers = rest.compactMap { Int32($0) }
            guard numbers.count == 2 else { return nil }
            let (code, error) = (numbers[0], Errno(rawValue: numbers[1]))
            self =
                words.first == "failed"
                ? .failed(ResolutionError(code: code, errno: error))
                : .nameless(HostError(code: code, errno: error))
        default: return nil
        }
    }
}

extension String {
    /// Two digits a byte, behind an `x`, so that it is never empty.
    fileprivate var hexadecimal: String { "x" + Array(utf8).digits }

    fileprivate init?(hexadecimal text: String) {
        guard text.hasPrefix("x"), let bytes = [UInt8](digits: text.dropFirst()) else { return nil }
        self.init(decoding: bytes, as: UTF8.self)
    }
}

extension [UInt8] {
    fileprivate var digits: String { map { String(String(0x100 | Int($0), radix: 16).dropFirst()) }.joined() }

    fileprivate init?(digits: Substring) {
        let digits = digits.map { $0 }
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(digits[start...start + 1]), radix: 16) else { return nil }
            append(byte)
        }
    }
}

extension AnyIPAddress {
    /// The bytes in hexadecimal, and the scope.
    fileprivate var word: String {
        guard case .inet6(let address) = self, address.scope != 0 else { return bytes.digits }
        return "\(bytes.digits)%\(address.scope)"
    }

    fileprivate init?(word: String) {
        let parts = word.split(separator: "%")
        guard let first = parts.first, let bytes = [UInt8](digits: first),
            let address = AnyIPAddress(bytes: bytes)
        else { return nil }
        if case .inet6(let inet6) = address, parts.count == 2, let scope = UInt32(parts[1]) {
            self = .inet6(IPv6Address(inet6.number, scope: scope))
        } else {
            self = address
        }
    }
}
