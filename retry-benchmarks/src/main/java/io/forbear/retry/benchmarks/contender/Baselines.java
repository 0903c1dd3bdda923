package io.forbear.retry.benchmarks.contender;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What calls could cost at least. */
final class Baselines {

    private Baselines() {}

    static Library direct() {
        return operation -> new Direct(operation);
    }

    /** The call, counted: the least that a library can do that has something to show. */
    static Library longAdderIncrement() {
        LongAdder calls = new LongAdder();
        return operation -> new Counted(operation, calls);
    }

    static Library nanoTime() {
        return operation -> () -> System.nanoTime() == 0 ? operation : operation.call();
    }

    /**
     * The same, counted: as every counter does, it keeps the processor from looking up the next id before this one is
     * done.
     */
    static Library concurrentHashMapGetAndCount() {
        Map<String, Object> map = ids();
        LongAdder calls = new LongAdder();
        return operation -> {
            Ids ids = new Ids();
            return () -> {
                Object answer = map.get(ids.next()) == null ? operation : operation.call();
                calls.increment();
                return answer;
            };
        };
    }

    private static Map<String, Object> ids() {
        Map<String, Object> map = new ConcurrentHashMap<>();
        for (String id : Ids.all()) {
            map.put(id, new Object());
        }
        return map;
    }

    static Library concurrentHashMapGet() {
        Map<String, Object> map = ids();
        return operation -> {
            Ids ids = new Ids();
            return () -> map.get(ids.next()) == null ? operation : operation.call();
        };
    }

    static Library handWrittenLoop() {
        return operation -> new Loop(operation);
    }

    private record Direct(Callable<Object> operation) implements Callable<Object> {
        @Override
        public Object call() throws Exception {
            return operation.call();
        }
    }

    private record Counted(Callable<Object> operation, LongAdder calls) implements Callable<Object> {
        @Override
        public Object call() throws Exception {
            Object answer = operation.call();
            calls.increment();
            return answer;
        }
    }

    private record Loop(Callable<Object> operation) implements Callable<Object> {
        @Override
        public Object call() throws Exception {
            for (int attempt = 1; ; attempt++) {
                try {
                    return operation.call();
                } catch (Exception failure) {
                    if (attempt == 3) {
                        throw failure;
                    }
                }
            }
        }
    }
}
