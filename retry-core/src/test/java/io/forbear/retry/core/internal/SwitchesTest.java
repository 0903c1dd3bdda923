package io.forbear.retry.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.forbear.retry.operations.ServiceOperations;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a use of a switch must say: who, why, and for how long. */
class SwitchesTest {

    @Test
    void theLongestNameAndTheLongestReasonAreTaken() {
        String who = "w".repeat(ServiceOperations.LONGEST_WHO);
        String why = "y".repeat(ServiceOperations.LONGEST_WHY);

        assertThat(Switches.who(who)).isEqualTo(who);
        assertThat(Switches.why(why)).isEqualTo(why);
    }

    @Test
    void aLongerOneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Switches.who("w".repeat(ServiceOperations.LONGEST_WHO + 1)))
                .withMessageStartingWith("who: ")
                .withMessageEndingWith("one line of 1 to " + ServiceOperations.LONGEST_WHO + " characters)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Switches.why("y".repeat(ServiceOperations.LONGEST_WHY + 1)))
                .withMessageStartingWith("why: ");
    }

    @Test
    void aBlankTextAndOneOfTwoLinesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Switches.who(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Switches.why("one\ntwo"))
                .withMessageStartingWith("why: one\\ntwo");
        assertThatNullPointerException().isThrownBy(() -> Switches.who(null)).withMessage("who");
    }

    @Test
    void aPauseHoldsFromANanosecondToADay() {
        assertThat(Switches.timeToLive(Duration.ofNanos(1))).isEqualTo(1);
        assertThat(Switches.timeToLive(Duration.ofDays(1))).isEqualTo(86_400_000_000_000L);
        assertThatIllegalArgumentException().isThrownBy(() -> Switches.timeToLive(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Switches.timeToLive(Duration.ofDays(1).plusNanos(1)));
    }
}
