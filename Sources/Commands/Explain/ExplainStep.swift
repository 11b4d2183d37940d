// One step of an explanation: what was looked at, what was seen, and whether that leaves no doubt. And the verdict at the
// end. As text and as JSON.

import CommandSpec
import Sockets

struct ExplainStep: Document {
    enum Name: String, JSONWord {
        case name
        case source
        case route
        case neighbour
        case handshake
        case greeting
        case mtu
        case listener
        case path
        case limits
        case tls
    }

    /// How it looks.
    enum Mood {
        case good, bad, plain
    }

    let step: Name
    /// The address that it is about; nil for all.
    var address: SocketAddress?
    let seen: String
    var isSure = true
    var mood = Mood.plain
    var addresses: [SocketAddress] = []
    var order: [AddressOrder] = []
    var duration: Duration?
    var code: String?
    var reporter: AnyIPAddress?
    var interface: String?
    var gateway: AnyIPAddress?
    var local: AnyIPAddress?
    var mtu: Int?
    var holders: [PortHolder] = []

    init(
        _ step: Name, _ address: SocketAddress? = nil, _ seen: String, sure: Bool = true,
        _ mood: Mood = .plain
    ) {
        self.step = step
        self.address = address
        self.seen = seen
        isSure = sure
        self.mood = mood
    }

    static let shape = Shape(
        answer: "step", of: [.connect],
        "With `--explain`: a step on the way to a connection, and what was seen.")

    static func list(_ fields: inout some Fields<ExplainStep>) {
        fields.add("step", "What was looked at.") { $0.step }
        fields.add("address", optional: "The address that was tried; absent for what is not of one.") {
            $0.address
        }
        fields.add("seen", "What was seen, in words.") { $0.seen }
        fields.add("sure", "Whether that leaves no doubt.") { $0.isSure }
        fields.add("addresses", optional: "`name`: the addresses, in the order in which they are tried.") {
            $0.addresses.nonEmpty
        }
        fields.add("order", optional: "`name`: why the first is preferred to the next.") { $0.order.nonEmpty }
        fields.add("duration_us", optional: "`name`, `handshake`, `tls`: how long it took.") { $0.duration }
        fields.add("code", optional: "The name of the error, such as `ECONNREFUSED`.") { $0.code }
        fields.add("reporter", optional: "`handshake`: the host that reported the error by ICMP.") {
            $0.reporter?.description
        }
        fields.add("interface", optional: "`route`, `neighbour`: the interface.") { $0.interface }
        fields.add("gateway", optional: "`route`: the next hop, where the destination is not on the link.") {
            $0.gateway.map { AddressReport($0) }
        }
        fields.add("local", optional: "`route`: the address to connect from.") {
            $0.local.map { AddressReport($0) }
        }
        fields.add("mtu", optional: "`mtu`: the longest packet that is sent, in bytes.") { $0.mtu }
        fields.add("holders", optional: "`listener`: the sockets that have the port on this host.") {
            $0.holders.nonEmpty
        }
    }

    func text(_ style: TextStyle) -> String {
        let role: TextStyle.Role? =
            switch mood {
            case .good: .good
            case .bad: .bad
            case .plain: nil
            }
        return ExplainText.line(step.rawValue, seen + (isSure ? "" : " (not sure)"), role, style)
    }
}

extension PortHolder: Shaped {
    static let shape = Shape("holder", "A socket of this host that has a port of TCP.")

    static func list(_ fields: inout some Fields<PortHolder>) {
        fields.add("local", "Its own address.") { $0.address }
        fields.add("listening", "Whether it listens; otherwise it is only bound.") { $0.isListening }
        fields.add("accept_queue", optional: "Connections that wait to be accepted.") { $0.waiting }
        fields.add("backlog", optional: "How many connections may wait.") { $0.backlog }
        fields.add("interface", optional: "The interface that it is bound to.") { $0.interface }
        fields.add("owner", optional: "A process that holds it, as far as it is visible.") { $0.process }
        fields.add("netns", optional: "Its network namespace, if that is another.") { $0.namespace }
    }
}

/// The end of an explanation.
struct ExplainVerdict: Document {
    let endpoint: String
    let verdict: ConnectVerdict
    let address: SocketAddress?
    let status: ExitStatus

    static let shape = Shape(
        answer: "verdict", of: [.connect],
        "With `--explain`: why the connection can or cannot be made; the last object.")

    static func list(_ fields: inout some Fields<ExplainVerdict>) {
        fields.add("endpoint", "The endpoint, as it was asked for.") { $0.endpoint }
        fields.add("verdict", "What it is, in one word; the manual of `connect` lists them.") {
            $0.verdict.code
        }
        fields.add("sure", "Whether what was seen leaves no doubt.") { $0.verdict.isSure }
        fields.add("message", "The same in a sentence.") { $0.verdict.words }
        fields.add("advice", optional: "What to do about it.") { $0.verdict.advice }
        fields.add("address", optional: "The address that it is about.") { $0.address }
        fields.add("status", "The exit status: that of connecting.") { $0.status.rawValue }
    }

    func text(_ style: TextStyle) -> String {
        let role: TextStyle.Role = status == .success ? .good : .bad
        let doubt = verdict.isSure ? "" : "not sure: "
        return ExplainText.line("verdict", doubt + verdict.words, role, style)
            + (verdict.advice.map { ExplainText.line("to do", $0, nil, style) } ?? "")
    }
}

/// The lines of an explanation, which stand below each other one by one.
enum ExplainText {
    /// The widest name is that of a neighbour or a handshake.
    private static let width = 9

    static func line(_ name: String, _ text: String, _ role: TextStyle.Role?, _ style: TextStyle) -> String {
        var card = Card()
        card.add(name + String(repeating: " ", count: max(0, width - name.count)), text, role)
        return card.text(style)
    }
}

/// What stands above the steps of one of several addresses, in text.
struct ExplainHeading: Presentable {
    let address: SocketAddress

    func text(_ style: TextStyle) -> String { style.paint("\(address)", .heading) + "\n" }
    func json(_ lines: inout JSONLines, to output: inout [UInt8]) {}
}
