// Where HTTP joins the other framings.

import CommandSpec

extension Framing {
    static func httpDecoder(maxMessage: Int) -> any MessageDecoder { HTTPDecoder(maxMessage: maxMessage) }
    static func httpEncoder() -> any MessageEncoder { HTTPEncoder() }
}
