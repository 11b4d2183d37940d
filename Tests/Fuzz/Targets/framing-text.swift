// Values of `--frame`: what is read is written so that it reads back.

@testable import CommandSpec
@testable import Framing

func target(_ input: inout Input) {
    let text = input.remaining()
    guard let pair = FramingPair(parsing: text) else { return }
    check(FramingPair(parsing: Array(pair.description.utf8)) == pair, "\(pair)")
    check(Framing(parsing: Array(pair.local.description.utf8)) == pair.local, "\(pair.local)")
}
