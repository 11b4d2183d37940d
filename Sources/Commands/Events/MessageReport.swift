// A message that was cut from what a peer sent.

import Framing

struct MessageReport: Shaped {
    let connection: ConnectionIdentity
    /// Counted from 1 on each connection.
    let number: Int
    /// Its length in bytes, without delimiter or length prefix.
    let size: Int
    /// What its framing knows of it.
    let detail: (any MessageDetail)?
    /// Of a response that is relayed: the number of the request, and how long after it this came.
    var answerTo: Int?
    var took: Duration?

    init(_ connection: ConnectionIdentity, number: Int, _ bytes: RawSpan, _ detail: (any MessageDetail)?) {
        self.connection = connection
        self.number = number
        size = bytes.byteCount
        self.detail = detail
    }

    static let shape = Shape(
        event: "message",
        when: """
            With `--frame`: a message was received. With `--output` its payload goes to the file and is not \
            repeated here.
            """)

    static func list(_ fields: inout some Fields<MessageReport>) {
        fields.connection { $0.connection }
        fields.add("direction", "Which way the message went.") { _ in Received.received }
        fields.add("number", "The number of the message, counted from 1 on each connection.") { $0.number }
        fields.add("size", "The length of the message in bytes, without delimiter or length prefix.") {
            $0.size
        }
        fields.add(
            "answer_to", optional: "With `--to`, of an HTTP response: the number of the client's request."
        ) { $0.answerTo }
        fields.add(
            "took_us", optional: "With it: the time from the end of the request to that of the response."
        ) { $0.took }
        fields.add("http", optional: "The message, if it is HTTP; then there is no other payload.") {
            $0.http.map(HTTPReport.init)
        }
        fields.payload("The message")
    }

    /// The one direction that messages have.
    private enum Received: String, JSONWord { case received }

    var http: HTTPMessage? { (detail as? HTTPDetail)?.message }
}
