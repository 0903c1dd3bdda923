package io.forbear.retry.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.internal.Adders;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A reload moves what a service has counted to the counters that follow: all of it. */
class CountersTest {

    /** One counter of the object, wherever its class keeps it. */
    private record Cell(LongConsumer add, LongSupplier sum) {}

    private static List<Cell> cells(Counters counters) throws IllegalAccessException {
        List<Cell> cells = new ArrayList<>();
        for (Field field : Counters.class.getDeclaredFields()) {
            field.setAccessible(true);
            Object value = field.get(counters);
            if (value instanceof LongAdder adder) {
                cells.add(new Cell(adder::add, adder::sum));
            } else if (value instanceof Adders adders) {
                IntStream.range(0, adders.length())
                        .forEach(i -> cells.add(new Cell(amount -> adders.add(i, amount), () -> adders.sum(i))));
            } else if (value instanceof AtomicLongArray array) {
                IntStream.range(0, array.length())
                        .forEach(i -> cells.add(new Cell(amount -> array.addAndGet(i, amount), () -> array.get(i))));
            }
        }
        return cells;
    }

    @Test
    void everythingThatIsCountedIsAdded() throws IllegalAccessException {
        Counters sum = new Counters();
        Counters more = new Counters();
        long next = 1;
        for (Cell cell : cells(more)) {
            cell.add().accept(next++);
        }
        assertThat(next).as("cells found").isGreaterThan(30);

        sum.add(more);
        sum.add(more);

        List<Cell> sums = cells(sum);
        List<Cell> parts = cells(more);
        for (int i = 0; i < parts.size(); i++) {
            assertThat(sums.get(i).sum().getAsLong())
                    .as("cell %d", i)
                    .isEqualTo(2 * parts.get(i).sum().getAsLong());
        }
    }

    @Test
    void theCountersOfNobodyStayEmpty() throws IllegalAccessException {
        Totals totals = Totals.of(new Counters()).and(new Counters()).and(new Counters());

        assertThat(totals.epochs()).isEqualTo(1);
        for (Cell cell : cells(Counters.NONE)) {
            assertThat(cell.sum().getAsLong()).isZero();
        }
    }
}
