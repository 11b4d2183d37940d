// The fields that every answer of `resolve` begins with in JSON.

/// An answer to one query.
protocol QueryAnswer: Document {
    /// What was asked.
    var function: String { get }
    /// For what, as it was given.
    var query: String { get }
}

extension Fields where Value: QueryAnswer {
    mutating func function() {
        add("function", "What was asked: the function's name, or `resolve`.") { $0.function }
    }

    mutating func query() { add("query", "For what it was asked, as it was given.") { $0.query } }
}
