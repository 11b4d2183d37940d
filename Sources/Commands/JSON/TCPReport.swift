// TCP_INFO in JSON: all of it, and the account of a connection that has ended.

import CommandSpec
import Sockets

/// Every field of `TCP_INFO`.
struct TCPReport: Shaped {
    let info: TCPInfo

    static let shape = Shape(
        "tcp_info",
        """
        The fields of `TCP_INFO`, see `tcp(7)`, named as in the kernel without `tcpi_`. Times are in microseconds, and \
        `null` is no limit. Fields that the kernel does not have are absent.
        """)

    static func list(_ fields: inout some Fields<TCPReport>) {
        fields.tcp(all) { $0.info }
    }

    private static let all = TCPInfo.fields.map { TCPField($0) }
}

/// What TCP says of a connection at its end.
struct TCPAccount: Shaped {
    let info: TCPInfo

    static let shape = Shape(
        "tcp", "What `TCP_INFO` says at that time, see `tcp(7)`. Times are in microseconds.")

    static func list(_ fields: inout some Fields<TCPAccount>) {
        fields.tcp(all) { $0.info }
    }

    private static let all = [
        "state", "rtt", "rttvar", "min_rtt", "snd_cwnd", "total_retrans", "busy_time", "rwnd_limited",
        "sndbuf_limited", "delivery_rate",
    ].compactMap { name in TCPInfo.fields.first { $0.name == name }.map { TCPField($0) } }
}

/// A field of `TCP_INFO`; times have their unit in the name, `rtt_us`.
private final class TCPField: Sendable {
    let field: TCPInfo.Field
    /// How many microseconds one is; 1 for what is no time.
    let factor: UInt64
    let spec: FieldSpec

    init(_ field: TCPInfo.Field) {
        self.field = field
        let isTime = field.unit?.perSecond != nil
        factor = UInt64(isTime ? 1_000_000 / (field.unit?.perSecond ?? 1) : 1)
        let unit = field.unit.map { isTime ? "" : ", in \($0.rawValue)" } ?? ""
        let kind: FieldSpec.Kind =
            switch field.content {
            case .number: .integer
            case .numberOrUnlimited: .either([.integer, .null])
            case .name: .either([.string, .integer])
            case .flags: .array(.string)
            }
        spec = FieldSpec(
            isTime ? field.name + "_us" : field.name, kind, (field.meaning + unit).asSentence, optional: true)
    }

    func write(_ value: TCPInfo.Value, to writer: inout JSONWriter) {
        writer.key(word: spec.name)
        switch value {
        case .number(let number):
            writer.number(number.multipliedReportingOverflow(by: factor).partialValue)
        case .unlimited: writer.null()
        case .name(let name): writer.word(name)
        case .flags(let names): names.write(to: &writer)
        }
    }
}

extension Fields {
    fileprivate mutating func tcp(_ list: [TCPField], _ info: (Value) -> TCPInfo) {
        fields(list.map(\.spec)) { value, writer in
            let info = info(value)
            for field in list {
                if let value = info[field.field] { field.write(value, to: &writer) }
            }
        }
    }
}
