package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How often a failure sums the feeds. */
class SuccessesTest {

    private final CountedFeed counted = new CountedFeed();

    private Successes of(int count) {
        Feeds feeds = new Feeds();
        feeds.add(counted, this);
        for (int i = 1; i < count; i++) {
            feeds.add(new CountedFeed(), this);
        }
        counted.succeeded(3);
        return new Successes(feeds);
    }

    @Test
    void upToSixtyFourFeedsAreSummedAtEachGlance() {
        Successes successes = of(64);

        assertThat(successes.glance()).isEqualTo(3);
        assertThat(successes.glance()).isEqualTo(3);
    }

    @Test
    void moreFeedsAreSummedOnceInAsManyGlancesAsTheyHaveGroups() {
        for (int groups = 2; groups <= 4; groups++) {
            Successes successes = of(groups * 64);
            long total = successes.total();
            for (int round = 0; round < 3; round++) {
                for (int glance = 1; glance < groups; glance++) {
                    assertThat(successes.glance()).isZero();
                }
                assertThat(successes.glance()).isEqualTo(total);
            }
        }
    }

    @Test
    void aSuccessOfAPermitIsInTheTotalAndInTheProgress() {
        Successes successes = of(1);
        successes.permitted();
        successes.permitted();

        assertThat(successes.toldByPermits()).isEqualTo(2);
        assertThat(successes.total()).isEqualTo(5);
    }

    @Test
    void withoutFeedsTheTotalStaysZero() {
        Successes successes = new Successes(null);
        successes.permitted();

        assertThat(successes.total()).isZero();
        assertThat(successes.glance()).isZero();
    }
}
