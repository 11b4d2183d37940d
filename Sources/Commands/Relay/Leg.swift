// The two connections of a relay.

import CommandSpec

enum Leg: String, JSONWord {
    /// With the peer that connected to us.
    case client
    /// With the server that we connected to.
    case server

    /// A value with the leg that it is for: `server:TCP_NODELAY=1`; without one it is for both.
    static func split(_ text: String) -> (leg: Leg?, value: String) {
        for leg in allCases where text.hasPrefix(leg.rawValue + ":") {
            return (leg, String(text.dropFirst(leg.rawValue.count + 1)))
        }
        return (nil, text)
    }
}
