package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.redis.ScriptClock.Message;
import io.forbear.retry.redis.ScriptClock.Settings;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The script on a real server: what messages do that are lost, late or sent twice. */
class LeaseScriptTest {

    private static final Settings SETTINGS = new Settings(100_000, 0, 100, 50_000, 30_000);

    private static RedisServer server;
    private static RedisCommands<String, String> commands;

    private ScriptClock script;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        commands = server.commands();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void empty() {
        commands.flushall();
        script = new ScriptClock(commands, "s");
    }

    private static Message from(String holder) {
        return Message.of(SETTINGS, holder);
    }

    private static long granted(List<Long> answer) {
        return answer.get(0);
    }

    private static long balance(List<Long> answer) {
        return answer.get(1);
    }

    private static List<String> holders() {
        return commands.hkeys("forbear:{s}:pot").stream()
                .filter(field -> field.startsWith("h:"))
                .toList();
    }

    private static List<String> sums() {
        return commands.hmget("forbear:{s}:pot", "cap", "life", "granted", "returned", "denied").stream()
                .map(field -> field.getValueOrElse("none"))
                .toList();
    }

    @Test
    void thePotTellsThoseWhoLookAtItTheSumsOfAllHoldersAlsoOfThoseThatAreGone() {
        script.run(from("a").asking(8_000));
        script.run(from("a").asking(8_000));
        script.run(from("b").asking(100_000));
        assertThat(sums()).containsExactly("100000", "30000", "29000", "0", "0");

        script.run(from("a").with(0, 3_000, 0, 8_000).leaving());
        script.run(from("b").with(0, 0, 0, 21_000).asking(24_000));
        script.run(from("b").with(0, 0, 0, 45_000).asking(5_000));

        assertThat(sums()).containsExactly("100000", "30000", "53000", "3000", "1");
    }

    @Test
    void aPotStartsWithItsInitialBalance() {
        assertThat(balance(script.run(from("a")))).isEqualTo(50_000);
    }

    @Test
    void aGrantLeavesThePotAtOnce() {
        List<Long> answer = script.run(from("a").asking(8_000));

        assertThat(granted(answer)).isEqualTo(8_000);
        assertThat(balance(answer)).isEqualTo(42_000);
    }

    @Test
    void anAskThatIsSentTwiceIsGrantedOnce() {
        script.run(from("a").asking(8_000));

        List<Long> again = script.run(from("a").asking(8_000));

        assertThat(granted(again)).isEqualTo(8_000);
        assertThat(balance(again)).isEqualTo(42_000);
    }

    @Test
    void aGrantWhoseAnswerWasLostIsInTheNextAnswer() {
        script.run(from("a").asking(8_000));

        List<Long> next = script.run(from("a").asking(10_000));

        assertThat(granted(next)).isEqualTo(10_000);
        assertThat(balance(next)).isEqualTo(40_000);
    }

    @Test
    void successesThatAreToldTwiceAreDepositedOnce() {
        script.run(from("a"));
        script.run(from("a").with(100, 0, 0, 0));

        assertThat(balance(script.run(from("a").with(100, 0, 0, 0)))).isEqualTo(60_000);
        assertThat(balance(script.run(from("a").with(40, 0, 0, 0)))).isEqualTo(60_000);
    }

    @Test
    void theTotalsOfAHolderThatIsNotKnownAreItsBaseline() {
        List<Long> first = script.run(from("a").with(1_000_000, 0, 7_000, 90_000));

        assertThat(first.subList(0, 3)).containsExactly(90_000L, 50_000L, 1L);
        assertThat(balance(script.run(from("a").with(1_000_010, 0, 7_000, 90_000))))
                .isEqualTo(51_000);
    }

    @Test
    void noMoreIsTakenBackThanWasGranted() {
        script.run(from("a").asking(8_000));

        assertThat(balance(script.run(from("a").with(0, 90_000, 0, 8_000)))).isEqualTo(50_000);
        assertThat(balance(script.run(from("a").with(0, 90_000, 0, 8_000)))).isEqualTo(50_000);
    }

    @Test
    void whatWasSpentWithoutALeaseIsTakenFromThePotOnce() {
        script.run(from("a"));

        assertThat(balance(script.run(from("a").with(0, 0, 7_000, 0)))).isEqualTo(43_000);
        assertThat(balance(script.run(from("a").with(0, 0, 7_000, 0)))).isEqualTo(43_000);
        assertThat(balance(script.run(from("a").with(0, 0, 50_000, 0)))).isZero();
    }

    @Test
    void whatThePotDoesNotHoldIsOwedAndPaidByLaterDeposits() {
        script.run(from("a"));
        script.run(from("a").with(0, 0, 60_000, 0));

        assertThat(commands.hget("forbear:{s}:pot", "debt")).isEqualTo("10000");
        assertThat(balance(script.run(from("a").with(99, 0, 60_000, 0)))).isZero();
        assertThat(balance(script.run(from("a").with(110, 0, 60_000, 0)))).isEqualTo(1_000);
    }

    @Test
    void theSecondHolderGetsHalfOfWhatIsLeftAtMost() {
        script.run(from("a").asking(10_000));

        List<Long> second = script.run(from("b").asking(100_000));

        assertThat(granted(second)).isEqualTo(20_000);
    }

    @Test
    void theLastTokenGoesToWhoAsksHoweverManyShareThePot() {
        for (int i = 0; i < 100; i++) {
            script.run(from("h" + i));
        }

        assertThat(granted(script.run(from("a").asking(10_000)))).isEqualTo(1000);
    }

    @Test
    void aHolderThatIsSilentForItsLifeIsNotCountedAndItsTokensAreLost() {
        script.run(from("a").asking(10_000));
        script.nowMillis += 30_000;

        List<Long> other = script.run(from("b"));

        assertThat(other.subList(1, 3)).containsExactly(40_000L, 1L);
        assertThat(holders()).containsExactly("h:b");
    }

    @Test
    void aHolderThatLeavesGivesBackAndIsNotCounted() {
        script.run(from("a").asking(10_000));
        script.run(from("b"));
        script.run(from("a").with(0, 4_000, 0, 10_000).leaving());

        assertThat(script.run(from("b")).subList(1, 3)).containsExactly(44_000L, 1L);
        assertThat(holders()).containsExactly("h:b");
    }

    @Test
    void anAskThatKeepsAReserveLeavesIt() {
        assertThat(balance(script.run(from("a").asking(100_000).keeping(20_000))))
                .isEqualTo(20_000);
        assertThat(granted(
                        script.run(from("a").with(0, 0, 0, 30_000).asking(5_000).keeping(20_000))))
                .isEqualTo(30_000);
        assertThat(granted(script.run(from("a").with(0, 0, 0, 30_000).asking(5_000))))
                .isEqualTo(35_000);
    }

    @Test
    void aSlowRefillThatIsAskedOftenLosesNoFraction() {
        Message message = Message.of(new Settings(100_000, 3, 0, 0, 30_000), "a");
        script.run(message);
        for (int i = 0; i < 40; i++) {
            script.nowMillis += 140;
            script.run(message);
        }

        assertThat(balance(script.run(message))).isEqualTo(16);
    }

    @Test
    void aClockThatStepsBackEarnsNothingAndOneThatStepsForwardAtMostTheCapacity() {
        Message message = Message.of(new Settings(100_000, 1_000, 0, 50_000, 30_000), "a");
        script.run(message);
        script.nowMillis -= 3_600_000;
        assertThat(balance(script.run(message))).isEqualTo(50_000);
        script.nowMillis += 5_000;
        assertThat(balance(script.run(message))).isEqualTo(55_000);
        script.nowMillis += 10_000_000_000L;

        assertThat(balance(script.run(message))).isEqualTo(100_000);
    }

    /** A primary fails before its last writes reach the replica, which is promoted. */
    @Test
    void aGrantThatTheStoreHasForgottenIsTakenFromThePotAgain() {
        script.run(from("a"));
        byte[] before = commands.dump("forbear:{s}:pot");
        script.run(from("a").asking(8_000));
        commands.del("forbear:{s}:pot");
        commands.restore("forbear:{s}:pot", 0, before);

        List<Long> after = script.run(from("a").with(0, 0, 0, 8_000));

        assertThat(after.subList(0, 2)).containsExactly(8_000L, 42_000L);
    }

    @Test
    void bothKeysLiveFourTimesAsLongAsAHolder() {
        script.run(from("a"));

        assertThat(commands.pttl("forbear:{s}:pot")).isBetween(60_000L, 120_000L);
        assertThat(commands.pttl("forbear:{s}:holders")).isBetween(60_000L, 120_000L);
    }

    @Test
    void theTextIsSentOnceAfterNoscript() {
        commands.scriptFlush();
        LeaseRequest request = new LeaseRequest(
                server.store(),
                List.of("forbear:{s}:pot", "forbear:{s}:holders"),
                from("a").asking(1000).arguments(),
                Totals.NONE,
                1000,
                0);

        request.send();

        Await.until("an answer", request::isDone);
        assertThat(request.failure()).isNull();
        assertThat(request.answer().subList(0, 3)).containsExactly(1000L, 49_000L, 1L);
        assertThat(commands.scriptExists(LeaseScript.SHA)).containsExactly(true);
    }
}
