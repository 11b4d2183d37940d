// The objects that an HTTP message has in the JSON output.

extension ObjectSpec {
    static let http = ObjectSpec(
        "http", "An HTTP/1.x message, as RFC 9112 cuts and names its parts.",
        [
            FieldSpec("kind", .oneOf(["request", "response"]), "Which it is: `request` or `response`."),
            FieldSpec("method", .string, "The method of a request.", optional: true),
            FieldSpec("target", .string, "The target of a request, as it was sent.", optional: true),
            FieldSpec("version", .string, "The version, such as `1.1`."),
            FieldSpec("status", .integer, "The status of a response.", optional: true),
            FieldSpec(
                "reason", .string, "The reason phrase of a response, which may be empty.", optional: true),
            FieldSpec(
                "headers", .array(of: "header objects"), "The header fields in their order, with duplicates."),
            FieldSpec("body", .object("body"), "The content."),
            FieldSpec(
                "trailers", .array(of: "header objects"),
                "The fields after a chunked body, if there are any.",
                optional: true),
        ])

    static let header = ObjectSpec(
        "header", "A field of an HTTP message.",
        [
            FieldSpec("name", .string, "The name, as it was sent."),
            FieldSpec(
                "value", .string, "The value without whitespace at its ends, if it is valid UTF-8.",
                optional: true),
            FieldSpec("base64", .string, "The value in base64, if it is not valid UTF-8.", optional: true),
        ])

    static let body = ObjectSpec(
        "body", "The content of an HTTP message, put together from its chunks; other codings are left on it.",
        [
            FieldSpec("size", .integer, "Its length in bytes."),
            FieldSpec("text", .string, "The content, if it is valid UTF-8.", optional: true),
            FieldSpec("base64", .string, "The content in base64, if it is not valid UTF-8.", optional: true),
        ])
}
