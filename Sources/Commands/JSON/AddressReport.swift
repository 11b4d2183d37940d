// An address in JSON, `{"family":"inet","host":"127.0.0.1","port":80}`: of every family, with a port or without, and
// what `resolve` knows of it.

import Sockets

struct AddressReport: Shaped {
    fileprivate enum Family: String, JSONWord {
        case inet, inet6, unix, netlink, packet, vsock
    }

    /// Whose address it is: of one that has a port, of one that has none, or of a family that only `info` meets.
    private enum Source {
        case socket(SocketAddress)
        case host(AnyIPAddress)
        case foreign(ForeignAddress)
    }

    private let source: Source
    /// What kind of address it is, where that was asked for. An object, so that others have no room for it.
    private final class Known: Sendable {
        let forms: AddressForms

        init(_ forms: AddressForms) { self.forms = forms }
    }

    private var known: Known?
    private var forms: AddressForms? { known?.forms }

    init(_ address: SocketAddress) { source = .socket(address) }

    init(_ address: ForeignAddress) { source = .foreign(address) }

    /// An address without a port.
    init(_ address: AnyIPAddress) { source = .host(address) }

    /// An address without a port, and all that is known of it.
    init(_ forms: AddressForms) {
        self.init(forms.address)
        known = Known(forms)
    }

    /// An address with its port, and what kind of address it is.
    init(_ address: SocketAddress, meaning: AddressForms?) {
        self.init(address)
        known = meaning.map { Known($0) }
    }

    private var family: Family {
        switch source {
        case .socket(.inet), .host(.inet): .inet
        case .socket(.inet6), .host(.inet6): .inet6
        case .socket(.unix): .unix
        case .foreign(.netlink): .netlink
        case .foreign(.packet): .packet
        case .socket(.vsock), .foreign(.vsock): .vsock
        }
    }

    private var host: NumericHost? {
        switch source {
        case .socket(.inet(let host, _)), .host(.inet(let host)): .inet(host)
        case .socket(.inet6(let host, _)), .host(.inet6(let host)): .inet6(host)
        case .socket(.unix), .socket(.vsock), .foreign: nil
        }
    }

    private var port: UInt32? {
        switch source {
        case .socket(.inet(_, let port)), .socket(.inet6(_, let port)): UInt32(port)
        case .foreign(.netlink(let port)): port
        case .socket(.vsock(_, let port)), .foreign(.vsock(_, let port)): Self.known(port)
        case .socket(.unix), .host, .foreign(.packet): nil
        }
    }

    private var interface: InterfaceName? {
        switch source {
        case .socket(.inet6(let host, _)) where host.scope != 0,
            .host(.inet6(let host)) where host.scope != 0:
            .scope(of: host)
        case .foreign(.packet(_, let interface)): ForeignAddress.interfaceName(interface).map { .name($0) }
        default: nil
        }
    }

    private var unixName: UnixName? { if case .socket(.unix(let name)) = source { name } else { nil } }

    private var cid: UInt32? {
        switch source {
        case .socket(.vsock(let cid, _)), .foreign(.vsock(let cid, _)): Self.known(cid)
        default: nil
        }
    }

    private var `protocol`: String? {
        if case .foreign(.packet(let number, _)) = source {
            SocketKind.packetProtocolName(number)
        } else {
            nil
        }
    }

    /// What stands for any is left out.
    private static func known(_ number: UInt32) -> UInt32? {
        number == SocketAddress.anyVsock ? nil : number
    }

    static let shape = Shape("address", "An address: of a socket, a host, a subnet.")

    static func list(_ fields: inout some Fields<AddressReport>) {
        fields.add("family", "The address family; `netlink` and `packet` in `info` alone.") { $0.family }
        fields.add("host", optional: "The numeric address; `inet` and `inet6`.") { $0.host }
        fields.add(
            "port",
            optional: """
                The port; `inet`, `inet6` and `vsock`; of `netlink` the port ID, 0 for the kernel. Absent where \
                there is none, as for a host.
                """
        ) { $0.port }
        fields.add(
            "interface", optional: "The interface of a scoped `inet6` address, or of a `packet` socket."
        ) { $0.interface }
        fields.text(
            "path", base64: "path_base64", "The path or abstract name of a `unix` address that has one"
        ) { $0.unixName?.bytes }
        fields.add("abstract", optional: "Whether that is an abstract name; `unix`.") {
            if case .abstract? = $0.unixName { true } else { nil }
        }
        fields.add("cid", optional: "The number of the machine; `vsock`.") { $0.cid }
        fields.add("protocol", optional: "What a `packet` socket takes, such as `ETH_P_ALL`.") { $0.protocol }
        fields.add(
            "hex", optional: "The bytes in hexadecimal. This field and the next ones: in `answer` alone."
        ) { $0.forms?.hexadecimal }
        fields.add("octets", optional: "The bytes in decimal.") { $0.forms?.address.bytes }
        fields.add("number", optional: "The address as one number; `inet`.") { $0.forms?.number }
        fields.add("class", optional: "What it is, such as `loopback` or `private`; else `global`.") {
            $0.forms?.meaning.class
        }
        fields.add("block", optional: "The block that is set apart for that.") { $0.forms?.meaning.block }
        fields.add("rfc", optional: "The number of the RFC that set it apart.") { $0.forms?.meaning.rfc }
    }
}

extension UnixName {
    /// Nil where it has none.
    var bytes: [UInt8]? {
        switch self {
        case .path(let name), .abstract(let name): name
        case .unnamed: nil
        }
    }
}

private enum InterfaceName: JSONValue {
    case name(String)
    case scope(of: IPv6Address)

    static var kind: FieldSpec.Kind { .string }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .name(let name): writer.string(name)
        case .scope(let address): writer.scope(of: address)
        }
    }
}

/// An address as `inet_ntop(3)` writes it.
private enum NumericHost: JSONValue {
    case inet(IPv4Address)
    case inet6(IPv6Address)

    static var kind: FieldSpec.Kind { .string }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .inet(let address): writer.address(address)
        case .inet6(let address): writer.address(address)
        }
    }
}
