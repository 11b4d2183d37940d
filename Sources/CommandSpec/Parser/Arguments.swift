// What a command was given: the values of its options, already of their types, and its operands.

package struct Arguments: Sendable {
    /// The values of each option by its long name, in the order given.
    var values: [String: [any Sendable]] = [:]
    /// The long name of each option that has a value, in the order given.
    var order: [String] = []
    /// The words of each operand by its label.
    var words: [String: [Word]] = [:]
    /// Every operand, in the order given.
    package internal(set) var operands: [Word] = []
    /// The whole command line, without the program's name.
    package internal(set) var typed: [Word] = []

    /// Whether the flag was given.
    package subscript(_ option: Option<Bool>) -> Bool { values[option.spec.long] != nil }

    /// The option's value, the last one if there are several.
    package subscript<Value>(_ option: Option<Value>) -> Value? { all(option).last }

    /// Every value of the option, in the order given.
    package func all<Value>(_ option: Option<Value>) -> [Value] {
        values[option.spec.long, default: []].compactMap { $0 as? Value }
    }

    /// Every value of several options, in the order given, each with the label of its option.
    package func inOrder<Value>(_ options: Option<Value>...) -> [(label: String, value: Value)] {
        var rest = Dictionary(uniqueKeysWithValues: options.map { ($0.spec.long, all($0)[...]) })
        return order.compactMap { name in rest[name]?.popFirst().map { ("--" + name, $0) } }
    }

    /// The words given for one operand: one or two for an endpoint, any number for DATA.
    package subscript(_ operand: OperandSpec) -> [Word] { words[operand.label, default: []] }

    /// Whether the option was given.
    package func has(_ option: any OptionDefinition) -> Bool { contains(option.label) }

    /// Whether the option or operand with this label was given.
    func contains(_ label: String) -> Bool {
        label.hasPrefix("--") ? values[String(label.dropFirst(2))] != nil : words[label] != nil
    }
}
