// A host as an answer: its canonical name, its aliases and its addresses.

import CommandSpec
import Sockets

struct HostAnswer: QueryAnswer {
    /// What the text shows of it; JSON always has everything.
    enum Shown {
        /// The addresses of a name.
        case addresses
        /// The canonical name of an address.
        case name
        /// Rows that say for what they are the answer, and what the address is.
        /// - Parameter operandWidth: how many columns the longest of several operands takes, 0 for one alone.
        case rows(operandWidth: Int)
    }

    let shown: Shown
    let function: String
    let query: String
    let name: String?
    let aliases: [String]
    let addresses: [AddressForms]

    static let shape = Shape(answer: "answer", of: [.resolve, .getHostByName, .getHostByAddress], "A host.")

    static func list(_ fields: inout some Fields<HostAnswer>) {
        fields.function()
        fields.query()
        fields.add("name", optional: "The canonical name; absent if it was not looked up.") { $0.name }
        fields.add("aliases", "Other names.") { $0.aliases }
        fields.add("addresses", "Its addresses, and what kind of addresses they are.") {
            $0.addresses.map { AddressReport($0) }
        }
    }

    init(
        _ shown: Shown, function: String, query: String, name: String?, aliases: [String],
        addresses: [AnyIPAddress]
    ) {
        self.shown = shown
        self.function = function
        self.query = query
        self.name = name
        self.aliases = aliases
        self.addresses = addresses.map(AddressForms.init)
    }

    init(_ shown: Shown, function: String, query: String, _ host: HostEntry) {
        self.init(
            shown, function: function, query: query, name: host.name, aliases: host.aliases,
            addresses: host.addresses)
    }

    func text(_ style: TextStyle) -> String {
        let names = [("name", name ?? ""), ("aliases", aliases.joined(separator: " "))]
        let classes = addresses.map { ("class", $0.meaning.text(style)) }
        switch shown {
        case .addresses where style.isVerbose:
            return AnswerText.rows(
                addresses.map { [$0.address.description, $0.meaning.text(style)] }, style)
                + AnswerText.fields(names, style)
        case .addresses:
            return AnswerText.lines(addresses.map(\.address.description), style)
        case .name:
            return AnswerText.lines([name ?? ""], style)
                + (style.isVerbose ? AnswerText.fields(names.suffix(1) + classes, style) : "")
        case .rows(let width):
            return AnswerText.rows(rows(style), widths: width > 0 ? [width, Self.addressWidth] : [], style)
                + (style.isVerbose ? AnswerText.fields(names, style) : "")
        }
    }

    /// What an address of IPv4 takes.
    private static let addressWidth = 15

    /// The operand, an answer and the class of the address; the answers to an address are its names, or the
    /// address itself if none was looked up.
    private func rows(_ style: TextStyle) -> [[String]] {
        guard let asked = AnyIPAddress(query) else {
            return addresses.map { [query, $0.address.description, $0.meaning.text(style)] }
        }
        let names = [name].compactMap(\.self) + aliases
        let meaning = AddressMeaning(asked).text(style)
        return (names.isEmpty ? [asked.description] : names).map { [query, $0, meaning] }
    }
}
