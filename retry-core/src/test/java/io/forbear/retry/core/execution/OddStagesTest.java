package io.forbear.retry.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a stage refuses to do: an asynchronous call returns a future, which ends, and is counted once. */
class OddStagesTest {

    private static final RetryListener OF_EVERY_CALL = new RetryListener() {
        @Override
        public boolean observesEveryCall() {
            return true;
        }

        @Override
        public @Nullable CallObserver observe(String service, @Nullable String clientId, CallOptions options) {
            return null;
        }
    };

    private static Retries.Builder named(String name) {
        return Retries.named(name)
                .policy(RetryPolicy.builder().backoff(Backoff.none()).build())
                .withoutBudget()
                .runtime(r -> r.executor(Runnable::run));
    }

    private static class NoCancel extends CompletableFuture<String> {
        @Override
        public boolean cancel(boolean mayInterrupt) {
            throw new UnsupportedOperationException("cancel");
        }
    }

    private static CompletableFuture<String> answered(CompletableFuture<String> stage) {
        stage.complete("answer");
        return stage;
    }

    /** Stages that bring an answer, each in a way of its own. */
    enum Odd {
        NO_FUTURE_OF_IT_CAN_BE_HAD {
            @Override
            CompletionStage<String> stage() {
                return answered(new NoInterop());
            }
        },
        ANSWERED_LATER_AND_NO_FUTURE_OF_IT_CAN_BE_HAD {
            @Override
            CompletionStage<String> stage() {
                CompletableFuture<String> later = new NoInterop();
                ForkJoinPool.commonPool().execute(() -> later.complete("answer"));
                return later;
            }
        },
        DOES_NOT_SAY_WHETHER_IT_IS_DONE {
            @Override
            CompletionStage<String> stage() {
                return answered(new CompletableFuture<>() {
                    @Override
                    public boolean isDone() {
                        throw new IllegalStateException("not on this thread");
                    }
                });
            }
        },
        SAYS_THAT_IT_IS_DONE_BEFORE_IT_IS {
            @Override
            CompletionStage<String> stage() {
                CompletableFuture<String> later = new CompletableFuture<>() {
                    @Override
                    public boolean isDone() {
                        return true;
                    }

                    @Override
                    public boolean isCompletedExceptionally() {
                        return false;
                    }
                };
                ForkJoinPool.commonPool().execute(() -> later.complete("answer"));
                return later;
            }
        },
        CANNOT_BE_CANCELLED {
            @Override
            CompletionStage<String> stage() {
                return answered(new NoCancel());
            }
        },
        IS_MINIMAL {
            @Override
            CompletionStage<String> stage() {
                return CompletableFuture.completedStage("answer");
            }
        },
        IS_NO_FUTURE {
            @Override
            @SuppressWarnings("unchecked")
            CompletionStage<String> stage() {
                return (CompletionStage<String>) Proxy.newProxyInstance(
                        OddStagesTest.class.getClassLoader(),
                        new Class<?>[] {CompletionStage.class},
                        (proxy, method, arguments) ->
                                method.invoke(CompletableFuture.completedStage("answer"), arguments));
            }
        },
        IS_A_CALL_OF_ANOTHER_SERVICE {
            @Override
            CompletionStage<String> stage() {
                return named("inner").build().callAsync(() -> CompletableFuture.completedFuture("answer"));
            }
        };

        private static final class NoInterop extends CompletableFuture<String> {
            @Override
            public CompletableFuture<String> toCompletableFuture() {
                throw new UnsupportedOperationException("no interoperation");
            }
        }

        abstract CompletionStage<String> stage();
    }

    @ParameterizedTest
    @EnumSource
    void bringsItsAnswerAndIsCountedOnce(Odd odd) throws Exception {
        for (Retry retry : new Retry[] {
            named("users").build(), named("users").listener(OF_EVERY_CALL).build()
        }) {
            CompletableFuture<String> call = retry.callAsync(odd::stage);

            assertThat(call.get(1, TimeUnit.MINUTES)).isEqualTo("answer");
            assertThat(retry.snapshot().calls()).isEqualTo(1);
            assertThat(retry.snapshot().successes()).isEqualTo(1);
        }
    }

    @Test
    void aCancelEndsTheCallThoughItsStageRefuses() {
        Retry retry = named("users").build();
        CompletableFuture<String> call = retry.callAsync(NoCancel::new);

        assertThat(call.cancel(true)).isTrue();

        assertThat(call).isCancelled();
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }
}
