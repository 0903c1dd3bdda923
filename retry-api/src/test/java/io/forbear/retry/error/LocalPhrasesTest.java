package io.forbear.retry.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LocalPhrasesTest {

    @Test
    void everyPhraseHasAKeywordThatMakesItSearchedFor() {
        assertThat(Stream.concat(
                        LocalPhrases.NO_ROOM_PHRASES.stream(),
                        Stream.concat(LocalPhrases.CLOSED_PHRASES.stream(), Stream.of("has been closed"))))
                .allSatisfy(phrase -> assertThat(LocalPhrases.KEYWORDS).anyMatch(phrase::contains));
    }
}
