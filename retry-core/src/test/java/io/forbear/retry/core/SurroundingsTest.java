package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryListener;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import io.forbear.retry.testkit.ScriptedRandom;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

class SurroundingsTest {

    /** A field that is added and not copied fails here, and so does one that this test does not set. */
    @Test
    void aCopyHasEveryFieldAndChangesAlone() throws Exception {
        ManualClock clock = new ManualClock();
        Surroundings given = new Surroundings();
        given.clock = clock;
        given.random = ScriptedRandom.always(0.5);
        given.listeners.add(new RetryListener() {});
        given.overloaded = () -> true;
        given.gate = made -> null;
        given.sleeper(nanos -> {});
        given.executor(Runnable::run);
        given.scheduler(new ManualScheduler(clock));

        Surroundings copy = given.copy();

        Surroundings fresh = new Surroundings();
        for (Field field : Surroundings.class.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                field.setAccessible(true);
                assertThat(field.get(copy)).as(field.getName()).isEqualTo(field.get(given));
                assertThat(field.get(given))
                        .as("set by this test: %s", field.getName())
                        .isNotEqualTo(field.get(fresh));
            }
        }
        given.listeners.add(new RetryListener() {});
        assertThat(copy.listeners).hasSize(1);
    }
}
