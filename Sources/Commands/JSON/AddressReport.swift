// An address in JSON, `{"family":"inet","host":"127.0.0.1","port":80}`: of every family, with a port or without, and
// what `resolve` knows of it.

import Sockets

struct AddressReport: Shaped {
    enum Family: String, CaseIterable {
        case inet, inet6, unix, netlink, packet, vsock
    }

    let family: Family
    private var host: String?
    private var port: UInt32?
    private var interface: String?
    private var name: [UInt8]?
    private var isAbstract: Bool?
    private var cid: UInt32?
    private var `protocol`: String?
    /// What kind of address it is, where that was asked for.
    private var forms: AddressForms?

    init(_ address: SocketAddress) {
        switch address {
        case .inet(let host, let port):
            family = .inet
            (self.host, self.port) = (host.description, UInt32(port))
        case .inet6(let host, let port):
            family = .inet6
            (self.host, self.port) = (host.text, UInt32(port))
            if host.scope != 0 { interface = host.scopeName ?? String(host.scope) }
        case .unix(.path(let path)):
            family = .unix
            name = path
        case .unix(.abstract(let name)):
            family = .unix
            (self.name, isAbstract) = (name, true)
        case .unix(.unnamed):
            family = .unix
        }
    }

    init(_ address: ForeignAddress) {
        switch address {
        case .netlink(let port):
            family = .netlink
            self.port = port
        case .packet(let number, let interface):
            family = .packet
            self.protocol = SocketKind.packetProtocolName(number)
            self.interface = ForeignAddress.interfaceName(interface)
        case .vsock(let cid, let port):
            family = .vsock
            // What stands for any is left out.
            self.cid = cid == ForeignAddress.anyVsock ? nil : cid
            self.port = port == ForeignAddress.anyVsock ? nil : port
        }
    }

    /// An address without a port.
    init(_ address: AnyIPAddress) {
        self.init(address.with(port: 0))
        port = nil
    }

    /// An address without a port, and all that is known of it.
    init(_ forms: AddressForms) {
        self.init(forms.address)
        self.forms = forms
    }

    /// An address with its port, and what kind of address it is.
    init(_ address: SocketAddress, meaning: AddressForms?) {
        self.init(address)
        forms = meaning
    }

    static let shape = Shape<AddressReport>(
        "address", "An address: of a socket, a host, a subnet.",
        [
            .word("family", "The address family; the last three in `info` alone.") { $0.family },
            .string("host", optional: "The numeric address; `inet` and `inet6`.") { $0.host },
            .integer(
                "port",
                optional: """
                    The port; `inet`, `inet6` and `vsock`; of `netlink` the port ID, 0 for the kernel. Absent where \
                    there is none, as for a host.
                    """
            ) { $0.port.map { Int($0) } },
            .string(
                "interface", optional: "The interface of a scoped `inet6` address, or of a `packet` socket."
            ) {
                $0.interface
            },
            .text("path", "The path or abstract name of a `unix` address that has one") { $0.name },
            .boolean("abstract", optional: "Whether that is an abstract name; `unix`.") { $0.isAbstract },
            .integer("cid", optional: "The number of the machine; `vsock`.") { $0.cid.map { Int($0) } },
            .string("protocol", optional: "What a `packet` socket takes, such as `ETH_P_ALL`.") {
                $0.protocol
            },
            .string(
                "hex", optional: "The bytes in hexadecimal. This field and the next ones: in `answer` alone."
            ) {
                $0.forms?.hexadecimal
            },
            .field(
                "octets", .array(.integer), "The bytes in decimal.", optional: true,
                { $0.forms?.address.bytes }
            ) { bytes, writer in writer.array(bytes) { $0.number($1) } },
            .integer("number", optional: "The address as one number; `inet`.") {
                $0.forms?.number.map { Int($0) }
            },
            .string("class", optional: "What it is, such as `loopback` or `private`; else `global`.") {
                $0.forms?.meaning.class
            },
            .string("block", optional: "The block that is set apart for that.") { $0.forms?.meaning.block },
            .integer("rfc", optional: "The number of the RFC that set it apart.") { $0.forms?.meaning.rfc },
        ])
}
