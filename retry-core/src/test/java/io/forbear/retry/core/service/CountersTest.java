package io.forbear.retry.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** A reload moves what a service has counted to the counters that follow: all of it. */
class CountersTest {

    private static List<Object> cells(Counters counters) throws IllegalAccessException {
        List<Object> cells = new ArrayList<>();
        for (Field field : Counters.class.getDeclaredFields()) {
            field.setAccessible(true);
            Object value = field.get(counters);
            if (value instanceof Object[] array) {
                cells.addAll(Arrays.asList(array));
            } else if (value instanceof LongAdder || value instanceof AtomicLong) {
                cells.add(value);
            }
        }
        return cells;
    }

    private static long value(Object cell) {
        return ((Number) cell).longValue();
    }

    @Test
    void everythingThatIsCountedIsAdded() throws IllegalAccessException {
        Counters sum = new Counters();
        Counters more = new Counters();
        long next = 1;
        for (Object cell : cells(more)) {
            if (cell instanceof LongAdder adder) {
                adder.add(next++);
            } else {
                ((AtomicLong) cell).set(next++);
            }
        }
        assertThat(next).as("cells found").isGreaterThan(30);

        sum.add(more);
        sum.add(more);

        List<Object> sums = cells(sum);
        List<Object> parts = cells(more);
        for (int i = 0; i < parts.size(); i++) {
            assertThat(value(sums.get(i))).as("cell %d", i).isEqualTo(2 * value(parts.get(i)));
        }
    }
}
