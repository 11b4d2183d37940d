// Command lines: words with a NUL after each. An error is one line, a hint the next, and both are fit to print.

@testable import CommandSpec

func target(_ input: inout Input) {
    let words = input.remaining().split(separator: 0, omittingEmptySubsequences: false)
    do throws(UsageError) {
        use(try Program.sockctl.parse(words.map { Word(bytes: Array($0)) }))
    } catch {
        let text = error.description
        check(text.split(separator: "\n", omittingEmptySubsequences: false).count == 2, text)
        check(
            text.unicodeScalars.allSatisfy {
                $0 == "\n" || !(0..<0x20).contains($0.value) && !(0x7f..<0xa0).contains($0.value)
            }, text)
    }
}
