// Names with letters beyond ASCII in the form that is looked up: the samples of RFC 3492, section 7.1, and names.

import Testing

@testable import Sockets

@Suite struct InternationalNameTests {
    @Test(arguments: [
        ("b\u{fc}cher.example", "xn--bcher-kva.example"), ("B\u{dc}CHER.example", "xn--bcher-kva.example"),
        ("\u{4f8b}\u{3048}.\u{30c6}\u{30b9}\u{30c8}:80", "xn--r8jz45g.xn--zckzah:80"),
        ("\u{4f8b}\u{3048}\u{3002}\u{30c6}\u{30b9}\u{30c8}", "xn--r8jz45g.xn--zckzah"),
        ("stra\u{df}e.de", "xn--strae-oqa.de"),
        // RFC 3492: (A) Arabic, (B) Chinese, (R) Japanese.
        (
            "\u{644}\u{64a}\u{647}\u{645}\u{627}\u{628}\u{62a}\u{643}\u{644}\u{645}\u{648}\u{634}\u{639}\u{631}\u{628}\u{64a}\u{61f}",
            "xn--egbpdaj6bu4bxfgehfvwxn"
        ),
        (
            "\u{4ed6}\u{4eec}\u{4e3a}\u{4ec0}\u{4e48}\u{4e0d}\u{8bf4}\u{4e2d}\u{6587}",
            "xn--ihqwcrb4cv8a8dqg056pqjye"
        ),
        ("\u{305d}\u{306e}\u{30b9}\u{30d4}\u{30fc}\u{30c9}\u{3067}", "xn--d9juau41awczczp"),
        ("localhost", nil), ("", nil),
        // Letters that would have to be composed.
        ("bu\u{308}cher.example", nil),
    ])
    func ascii(name: String, form: String?) {
        #expect(InternationalName.ascii(name) == form)
    }
}
