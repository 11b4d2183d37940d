// TCP_INFO in JSON: all of it, and the account of a connection that has ended.

import CommandSpec
import Sockets

/// Every field of `TCP_INFO`.
struct TCPReport: Shaped {
    let info: TCPInfo

    static let shape = Shape<TCPReport>(
        "tcp_info",
        """
        The fields of `TCP_INFO`, see `tcp(7)`, named as in the kernel without `tcpi_`. Times are in microseconds, and \
        `null` is no limit. Fields that the kernel does not have are absent.
        """,
        TCPInfo.fields.map { .tcp($0, { $0.info }) })
}

/// What TCP says of a connection at its end.
struct TCPAccount: Shaped {
    let info: TCPInfo

    private static let names = [
        "state", "rtt", "rttvar", "min_rtt", "snd_cwnd", "total_retrans", "busy_time", "rwnd_limited",
        "sndbuf_limited",
    ]

    static let shape = Shape<TCPAccount>(
        "tcp", "What `TCP_INFO` says at the end, see `tcp(7)`. Times are in microseconds.",
        names.compactMap { name in TCPInfo.fields.first { $0.name == name } }.map { .tcp($0, { $0.info }) })
}

extension Field {
    /// A field of `TCP_INFO`; times have their unit in the name, `rtt_us`.
    fileprivate static func tcp(
        _ field: TCPInfo.Field, _ info: @escaping @Sendable (Value) -> TCPInfo
    ) -> Field {
        let isTime = field.unit?.perSecond != nil
        let factor = isTime ? 1_000_000 / (field.unit?.perSecond ?? 1) : 1
        let unit = field.unit.map { isTime ? "" : ", in \($0.rawValue)" } ?? ""
        let kind: FieldSpec.Kind =
            switch field.content {
            case .number: .integer
            case .numberOrUnlimited: .either([.integer, .null])
            case .name: .either([.string, .integer])
            case .flags: .array(.string)
            }
        return .field(
            isTime ? field.name + "_us" : field.name, kind, (field.meaning + unit).asSentence, optional: true,
            { info($0)[field] }
        ) { value, writer in
            switch value {
            case .number(let number):
                writer.number(number.multipliedReportingOverflow(by: .init(factor)).partialValue)
            case .unlimited: writer.null()
            case .name(let name): writer.string(name)
            case .flags(let names): writer.array(names) { $0.string($1) }
            }
        }
    }
}
