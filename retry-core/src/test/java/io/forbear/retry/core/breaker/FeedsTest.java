package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import org.junit.jupiter.api.Test;

/** What a breaker's feeds count together while owners come and go. */
class FeedsTest {

    private static void collect(Feeds feeds, int expected) {
        for (int round = 0; round < 1_000 && feeds.size() > expected; round++) {
            System.gc();
            feeds.expunge();
        }
        assertThat(feeds.size()).isEqualTo(expected);
    }

    @Test
    void whatAFeedCountedFeedStaysWhereItsOwnerIsGoneAndWhatItCountsLaterDoesNotCome() {
        Feeds feeds = new Feeds();
        Object owner = new Object();
        CountedFeed kept = new CountedFeed();
        CountedFeed[] gone = new CountedFeed[9];
        feeds.add(kept, owner);
        for (int i = 0; i < gone.length; i++) {
            gone[i] = new CountedFeed();
            gone[i].succeeded(1_000);
            feeds.add(gone[i], new Object());
            gone[i].succeeded(7);
        }
        assertThat(feeds.total()).isEqualTo(63);

        collect(feeds, 1);
        gone[3].succeeded(500);
        kept.succeeded(2);

        assertThat(feeds.total()).isEqualTo(65);
        Reference.reachabilityFence(owner);
    }

    @Test
    void aFeedThatComesBackAfterItsOwnerWasCollectedCountsFromThereOn() {
        Feeds feeds = new Feeds();
        Object owner = new Object();
        CountedFeed feed = new CountedFeed();
        feeds.add(feed, new Object());
        feed.succeeded(5);
        collect(feeds, 0);

        feed.succeeded(85);
        feeds.add(feed, owner);
        feed.succeeded(3);
        feeds.add(feed, owner);

        assertThat(feeds.size()).isEqualTo(1);
        assertThat(feeds.total()).isEqualTo(8);
        Reference.reachabilityFence(owner);
    }

    @Test
    void oneOwnerOfAFullListMayGo() {
        for (int count : new int[] {4, 8}) {
            Feeds feeds = new Feeds();
            Object owner = new Object();
            CountedFeed last = new CountedFeed();
            feeds.add(new CountedFeed(), new Object());
            for (int i = 2; i < count; i++) {
                feeds.add(new CountedFeed(), owner);
            }
            feeds.add(last, owner);

            collect(feeds, count - 1);
            last.succeeded(3);

            assertThat(feeds.total()).isEqualTo(3);
            Reference.reachabilityFence(owner);
        }
    }
}
