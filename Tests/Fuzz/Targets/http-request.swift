// `send --http METHOD URL -H HEADER`: words with a NUL after each. What is built is one request, with nothing
// in it that was not meant.

@testable import CommandSpec
@testable import Commands
@testable import Framing

func target(_ input: inout Input) {
    let data = input.element(of: [nil, [], Array("a=b".utf8)])
    let words = input.remaining().split(separator: 0, omittingEmptySubsequences: false)
        .map { Word(bytes: Array($0)) }
    guard words.count >= 2 else { return }
    do throws(Failure) {
        let request = try HTTPRequest(
            method: words[0], url: words[1], headers: Array(words[2...]), data: data)
        let outcome = HTTPOutcome(request.bytes)
        check(outcome.error == nil && outcome.raw == [request.bytes], "\(outcome)")
    } catch {
        check(!error.operation.isEmpty, "\(error)")
    }
}
