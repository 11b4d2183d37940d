// Option values as bytes: what setsockopt(2) is given and getsockopt(2) answers.

import Glibc

extension OptionValue {
    /// What the kernel wrote for an option of this type. Fewer bytes than the type needs are left as bytes.
    init(kernel bytes: [UInt8], type: OptionType) {
        self = Self.decode(unsafe bytes.span.bytes, type) ?? .bytes(bytes)
    }

    private static func decode(_ bytes: RawSpan, _ type: OptionType) -> OptionValue? {
        func word(_ index: Int) -> UInt32? { bytes.value(UInt32.self, at: index * 4) }
        switch type {
        case .bool:
            return number(bytes).map { .bool($0 != 0) }
        case .int:
            return number(bytes).map { .int(Int($0)) }
        case .networkInt:
            return bytes.value(Int32.self, at: 0).map { .int(Int(Int32(bigEndian: $0))) }
        case .unsigned:
            return word(0).map { .unsigned(UInt64($0)) }
        case .uint64:
            return bytes.value(UInt64.self, at: 0).map { .unsigned($0) }
        case .rate:
            return bytes.value(UInt64.self, at: 0).map { $0 == .max ? .unlimited : .unsigned($0) }
        case .portRange:
            return word(0).map {
                .portRange(lower: UInt16(truncatingIfNeeded: $0), upper: UInt16(truncatingIfNeeded: $0 >> 16))
            }
        case .linger:
            guard let on = word(0), let seconds = word(1) else { return nil }
            return .linger(on: on != 0, seconds: Int(Int32(bitPattern: seconds)))
        case .timeval:
            guard let seconds = bytes.value(Int64.self, at: 0), let rest = bytes.value(Int64.self, at: 8),
                seconds >= 0, (0..<1_000_000).contains(rest)
            else { return nil }
            return .duration(.seconds(seconds) + .microseconds(rest))
        case .string:
            return .text(String(decoding: bytes.array.prefix { $0 != 0 }, as: UTF8.self))
        case .bytes:
            return .bytes(bytes.array)
        case .credentials:
            guard let pid = word(0), let uid = word(1), let gid = word(2) else { return nil }
            return .credentials(ProcessCredentials(pid: Int32(bitPattern: pid), uid: uid, gid: gid))
        case .groups:
            return .groups((0..<bytes.byteCount / 4).compactMap { word($0) })
        case .record(let names):
            return .record(
                names.enumerated().compactMap { index, name in
                    word(index).map { Field(name: name, value: $0) }
                })
        case .ipv4Address:
            return word(0).map { .ipv4Address(IPv4Address(UInt32(bigEndian: $0))) }
        case .pathMTU:
            return bytes.value(UInt32.self, at: MemoryLayout<sockaddr_in6>.size).map {
                .unsigned(UInt64($0))
            }
        case .tcpInfo:
            return .tcpInfo(TCPInfo(bytes: bytes.array))
        case .unknown:
            return bytes.byteCount == 4 ? number(bytes).map { .int(Int($0)) } : nil
        case .socketAddress, .membership, .length:
            return nil
        }
    }

    /// The bytes for an option of this type; `EINVAL` where the value is not of the type.
    func kernelBytes(for type: OptionType) throws(Errno) -> [UInt8] {
        guard let bytes = encoded(for: type) else { throw .invalidArgument }
        return bytes
    }

    private func encoded(for type: OptionType) -> [UInt8]? {
        switch (type, self) {
        case (.bool, _), (.int, _), (.unknown, .int):
            return whole.flatMap { Int32(exactly: $0) }?.kernelBytes
        case (.networkInt, _):
            return whole.flatMap { Int32(exactly: $0) }?.bigEndian.kernelBytes
        case (.unsigned, _):
            return whole.flatMap { UInt32(exactly: $0) }?.kernelBytes
        case (.rate, .unlimited):
            return UInt64.max.kernelBytes
        case (.uint64, _), (.rate, _):
            return whole.flatMap { UInt64(exactly: $0) }?.kernelBytes
        case (.portRange, .portRange(let lower, let upper)):
            return (UInt32(upper) << 16 | UInt32(lower)).kernelBytes
        case (.linger, .linger(let on, let seconds)):
            guard let seconds = Int32(exactly: seconds) else { return nil }
            return (on ? 1 : 0 as Int32).kernelBytes + seconds.kernelBytes
        case (.timeval, .duration(let duration)):
            let (seconds, attoseconds) = duration.components
            return seconds.kernelBytes + (attoseconds / 1_000_000_000_000).kernelBytes
        case (.string, .text(let text)):
            return Array(text.utf8)
        case (.bytes, .bytes(let bytes)), (.unknown, .bytes(let bytes)):
            return bytes
        case (.groups, .groups(let groups)):
            return groups.flatMap { $0.kernelBytes }
        case (.record(let names), .record(let fields)) where names == fields.map { $0.name }:
            return fields.flatMap { $0.value.kernelBytes }
        case (.ipv4Address, .ipv4Address(let address)):
            return address.bytes
        case (.membership, .group(let group, let interface)):
            return group.bytes + IPv4Address.any.bytes + interface.kernelBytes
        case (.membership, .group6(let group)):
            return group.bytes + group.scope.kernelBytes
        default:
            return nil
        }
    }

    /// The value as a number, where it is one.
    private var whole: Int128? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value): Int128(value)
        case .unsigned(let value): Int128(value)
        default: nil
        }
    }

    /// An `int`, also in the one byte to which some options shorten it.
    private static func number(_ bytes: RawSpan) -> Int32? {
        bytes.value(Int32.self, at: 0) ?? bytes.value(UInt8.self, at: 0).map { Int32($0) }
    }
}
