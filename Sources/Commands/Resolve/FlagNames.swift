// Flags as a user writes them: the names of the API, with commas or bars between them, the prefix left out or not.

import CommandSpec
import Sockets

enum FlagNames {
    /// - Parameter prefix: what the names begin with, `AI_`.
    static func read<Flags: OptionSet>(
        _ texts: [String], prefix: String, _ named: KeyValuePairs<String, Flags>
    ) throws(Failure) -> Flags {
        var flags: Flags = []
        for name in texts.flatMap({ $0.split { ",|".contains($0) } }) {
            let symbol = name.uppercased()
            guard let flag = named.first(where: { $0.key == symbol || $0.key == prefix + symbol }) else {
                throw Failure(
                    "option", "--flags", words: "there is no flag '\(name)'", status: .usage,
                    hint: "the flags are " + named.map(\.key).joined(separator: ", "))
            }
            flags.formUnion(flag.value)
        }
        return flags
    }
}
