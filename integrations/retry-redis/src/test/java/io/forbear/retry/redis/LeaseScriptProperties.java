package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.redis.ScriptClock.Message;
import io.forbear.retry.redis.ScriptClock.Settings;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** The script on a real server beside a model, while messages are lost, doubled and reordered and the clock steps. */
class LeaseScriptProperties {

    private static final int HOLDERS = 3;
    private static final int STEPS = 60;
    private static final long LIFE = 3_600_000;

    private static RedisServer server;
    private static RedisCommands<String, String> commands;

    @BeforeContainer
    static void start() {
        server = RedisServer.start();
        commands = server.commands();
    }

    @AfterContainer
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Property(tries = 150)
    void theStoreGrantsNoMoreThanIsEarnedInAnyOrderOfAnyMessages(
            @ForAll @IntRange(min = 1, max = 200) int tokens,
            @ForAll @LongRange(max = 20_000) long refill,
            @ForAll @LongRange(max = 1000) long ratio,
            @ForAll Random random) {
        commands.flushall();
        long capacity = tokens * 1000L;
        Settings settings = new Settings(capacity, refill, ratio, capacity / 2, LIFE);
        ScriptClock script = new ScriptClock(commands, "p");
        World world = new World(settings, script, random);
        for (int i = 0; i < STEPS; i++) {
            world.step();
        }
        world.settle();
    }

    /** The holders as they are in their processes, the messages under way, and the model of the pot. */
    private static final class World {
        final Settings settings;
        final ScriptClock script;
        final Random random;
        final ModelPot model;
        final Holder[] holders = new Holder[HOLDERS];
        final List<Message> underWay = new ArrayList<>();

        World(Settings settings, ScriptClock script, Random random) {
            this.settings = settings;
            this.script = script;
            this.random = random;
            this.model = new ModelPot(settings);
            for (int i = 0; i < HOLDERS; i++) {
                holders[i] = new Holder("h" + i);
            }
        }

        void step() {
            Holder holder = holders[random.nextInt(HOLDERS)];
            switch (random.nextInt(9)) {
                case 0 -> holder.successes += random.nextInt(50);
                case 1 -> holder.giveBack(random.nextInt(3000));
                case 2 -> holder.left -= Math.min(holder.left, 1000L * random.nextInt(5));
                case 3 -> holder.floor(random.nextInt(2000));
                case 4 -> script.nowMillis += random.nextInt(4000) - 1000; // may run backwards
                case 5 -> underWay.add(message(holder));
                case 6 -> deliverOne(random.nextBoolean());
                default -> exchange(holder);
            }
        }

        private Message message(Holder holder) {
            return Message.of(settings, holder.name)
                    .with(holder.successes, holder.returned, holder.spent, holder.granted)
                    .asking(1000L * random.nextInt(20))
                    .keeping(random.nextInt(4) == 0 ? settings.capacity() / 5 : 0);
        }

        /** A late message arrives, perhaps not for the last time; its answer is ignored. */
        private void deliverOne(boolean andKeep) {
            if (!underWay.isEmpty()) {
                int which = random.nextInt(underWay.size());
                deliver(andKeep ? underWay.get(which) : underWay.remove(which));
            }
        }

        private void exchange(Holder holder) {
            Message message = message(holder);
            List<Long> answer = deliver(message);
            if (random.nextInt(4) == 0) {
                underWay.add(message); // arrives again, at some time
            }
            if (random.nextInt(3) != 0) { // otherwise the answer is lost
                holder.learn(answer.get(0));
            }
        }

        private List<Long> deliver(Message message) {
            List<Long> answer = script.run(message);
            assertThat(answer.subList(0, 3)).isEqualTo(model.run(message, script.nowMillis));
            assertThat(answer.get(1)).isBetween(0L, settings.capacity());
            assertThat(model.paidFor()).isLessThanOrEqualTo(model.earned());
            return answer;
        }

        /** One exchange without a fault, and each holder knows exactly what the store has granted it. */
        void settle() {
            for (Holder holder : holders) {
                holder.learn(deliver(message(holder).asking(0)).get(0));
                assertThat(holder.granted).isEqualTo(model.granted(holder.name));
                assertThat(holder.left).isGreaterThanOrEqualTo(0);
            }
        }
    }

    private static final class Holder {
        final String name;
        long successes;
        long returned;
        long spent;
        long granted;
        long left;

        Holder(String name) {
            this.name = name;
        }

        void floor(long amount) {
            spent += amount;
            left += amount;
        }

        void giveBack(long amount) {
            long most = Math.min(amount, left);
            left -= most;
            returned += most;
        }

        void learn(long total) {
            assertThat(total).isGreaterThanOrEqualTo(granted);
            left += total - granted;
            granted = total;
        }
    }
}
