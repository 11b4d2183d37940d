// A socket as the object that sockctl-json(7) documents, and option values as JSON.

import Sockets

extension SocketDescription {
    /// The fields of the object, in alphabetical order.
    func write(to writer: inout JSONWriter) {
        writer.field("accept_queue", acceptQueue)
        writer.field("backlog", backlog)
        writer.field("congestion", congestion)
        writer.field("cookie", cookie)
        writer.field("descriptor", descriptor)
        writer.field("family", kind.familyName)
        writer.field("inode", inode)
        writer.field("interface", interfaceName)
        writer.field("limitation", limitation)
        writer.field("listening", state == .listen)
        writer.address("local", localAddress)
        writer.field("memory", memory)
        writer.field("not_sent", notSent)
        if let options { writer.options(options) }
        writeOwners(to: &writer)
        writer.address("peer", peerAddress)
        writer.field("peer_inode", peerInode)
        writer.field("pending_error", hasPendingError)
        writer.field("protocol", kind.protocolName)
        writer.field("recv_queue", receiveQueue)
        writer.field("send_queue", sendQueue)
        writer.field("state", state?.name)
        if let tcpInfo {
            writer.key("tcp_info")
            writer.tcpInfo(tcpInfo)
        }
        if let timer {
            writer.key("timer")
            writer.object { writer in
                writer.field("name", timer.name)
                writer.key("remaining")
                writer.seconds(timer.remaining)
                writer.field("repetitions", timer.repetitions)
            }
        }
        writer.field("type", kind.typeName)
        writer.field("uid", uid)
        guard !withheld.isEmpty else { return }
        writer.key("withheld")
        writer.object { writer in
            for option in withheld.sorted(by: { $0.option.symbol < $1.option.symbol }) {
                writer.field(option.option.symbol, option.reason)
            }
        }
    }

    private func writeOwners(to writer: inout JSONWriter) {
        writer.key("owners")
        switch owners {
        case .known(let owners):
            writer.array(owners) { writer, owner in
                writer.object { writer in
                    writer.field("fd", owner.descriptor)
                    writer.text("name", owner.nameBytes)
                    writer.field("pid", owner.pid)
                }
            }
        case .hidden(let reason):
            writer.null()
            writer.field("owners_hidden", reason)
        }
    }

    private var localAddress: JSONAddress? {
        local.map(JSONAddress.init) ?? foreign.map { JSONAddress($0.local) }
    }

    private var peerAddress: JSONAddress? {
        peer.map(JSONAddress.init) ?? foreign?.peer.map(JSONAddress.init)
    }
}

extension SocketRecord.Timer {
    /// As in the manual.
    var name: String {
        switch purpose {
        case .retransmission: "retransmission"
        case .keepAlive: "keepalive"
        case .timeWait: "time-wait"
        case .windowProbe: "window-probe"
        }
    }
}

extension JSONWriter {
    mutating func address(_ name: String, _ address: SocketAddress?) {
        self.address(name, address.map(JSONAddress.init))
    }

    fileprivate mutating func address(_ name: String, _ address: JSONAddress?) {
        guard let address else { return }
        key(name)
        self.address(address)
    }

    /// Text that others have chosen, of any bytes: in base64, under another name, where it is not valid UTF-8.
    fileprivate mutating func text(_ name: String, _ bytes: [UInt8]) {
        let content = JSONPayload(bytes)
        field(name, content.text)
        field(name + "_base64", content.base64)
    }

    private mutating func address(_ fields: JSONAddress) {
        object { writer in
            writer.field("abstract", fields.abstract)
            writer.field("cid", fields.cid)
            writer.field("family", fields.family)
            writer.field("host", fields.host)
            writer.field("interface", fields.interface)
            writer.field("path", fields.path)
            writer.field("path_base64", fields.pathBase64)
            writer.field("port", fields.port)
            writer.field("protocol", fields.protocol)
            writer.field("scope", fields.scope)
        }
    }

    /// The options by name; of one that is there twice, the last.
    mutating func options(_ readings: [OptionReading]) {
        let values = Dictionary(readings.map { ($0.option.symbol, $0.value) }) { $1 }
        key("options")
        object { writer in
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { writer.field(name, value) }
        }
    }

    mutating func field(_ name: String, _ value: OptionValue?) {
        guard let value else { return }
        key(name)
        self.value(value)
    }

    private mutating func value(_ value: OptionValue) {
        switch value {
        case .bool(let value): bool(value)
        case .int(let value): number(value)
        case .unsigned(let value): number(value)
        case .unlimited: null()
        case .duration(let value): seconds(value)
        case .text(let text): string(text)
        case .socketAddress(let value): address(JSONAddress(value))
        case .tcpInfo(let info): tcpInfo(info)
        case .groups(let groups): array(groups) { $0.number($1) }
        case .linger(let on, let seconds):
            object { writer in
                writer.field("on", on)
                writer.field("seconds", seconds)
            }
        case .credentials(let credentials):
            object { writer in
                // All ones, the unknown user, is -1 as in C.
                writer.field("gid", Int32(bitPattern: credentials.gid))
                writer.field("pid", credentials.pid)
                writer.field("uid", Int32(bitPattern: credentials.uid))
            }
        case .portRange(let lower, let upper):
            object { writer in
                writer.field("lower", lower)
                writer.field("upper", upper)
            }
        case .record(let fields):
            object { writer in
                for field in fields.sorted(by: { $0.name < $1.name }) {
                    writer.field(field.name, field.value)
                }
            }
        case .bytes, .ipv4Address, .group, .group6:
            string(value.description)
        }
    }

    mutating func tcpInfo(_ info: TCPInfo) {
        object { writer in
            for (name, field) in TCPInfo.jsonFields {
                guard let value = info[field] else { continue }
                writer.key(name)
                switch value {
                case .number(let number): writer.number(number)
                case .unlimited: writer.null()
                case .name(let name): writer.string(name)
                case .flags(let names): writer.array(names) { $0.string($1) }
                }
            }
        }
    }
}

extension TCPInfo {
    /// The fields by name, in alphabetical order; times have their unit in the name, `rtt_us`.
    fileprivate static let jsonFields: [(name: String, field: Field)] = fields.map { field in
        guard let unit = field.unit, unit.perSecond != nil else { return (field.name, field) }
        return ("\(field.name)_\(unit.rawValue)", field)
    }.sorted { $0.name < $1.name }
}
