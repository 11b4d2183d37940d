// The fields that every answer of `resolve` begins with in JSON.

/// An answer to one query.
protocol QueryAnswer: Document {
    /// What was asked.
    var function: String { get }
    /// For what, as it was given.
    var query: String { get }
}

extension Field where Value: QueryAnswer {
    static var function: Field {
        .string("function", "What was asked: the function's name, or `resolve`.") { $0.function }
    }

    static var query: Field { .string("query", "For what it was asked, as it was given.") { $0.query } }
}
