package io.forbear.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.sla.SlaPlan;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every example. */
class ExamplesTest {

    @FunctionalInterface
    private interface Program {
        void run(String[] args) throws Exception;
    }

    /** Returns what a program prints. */
    private static List<String> output(Program program) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            program.run(new String[0]);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void theFirstCallSucceedsAtItsThirdRequest() throws Exception {
        assertThat(output(FirstCall::main)).containsExactly("Ada after 3 requests");
    }

    @Test
    void aNotFoundIsAskedForOnce() {
        try (CountingServer server = CountingServer.answering(404)) {
            assertThatThrownBy(() -> new FirstCall().name(server.uri("/users/43")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("status 404");
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @Test
    void anExceptionThatIsNeverRetriedSaysWhy() throws Exception {
        assertThat(output(OwnExceptions::main)).containsExactly("warehouse: stopped after 1 attempt: NOT_RETRYABLE");
    }

    @Test
    void aCodeOfTheApplicationDecides() {
        assertThat(attemptsOf(new OwnExceptions.WarehouseFailure(1))).isEqualTo(3);
        assertThat(attemptsOf(new OwnExceptions.WarehouseFailure(9))).isEqualTo(1);
    }

    private static int attemptsOf(RuntimeException failure) {
        AtomicInteger attempts = new AtomicInteger();
        assertThatThrownBy(() -> OwnExceptions.newRetry().run(() -> {
                    attempts.incrementAndGet();
                    throw failure;
                }))
                .isSameAs(failure);
        return attempts.get();
    }

    @Test
    void anAsynchronousCallIsRetriedAndHasAFallback() throws Exception {
        assertThat(output(AsyncCalls::main)).containsExactly("Ada", "unknown, NOT_RETRYABLE");
    }

    @Test
    void aMonoAndAFluxAreRetriedAndKnowTheirAttempt() throws Exception {
        assertThat(output(Reactive::main)).containsExactly("Ada", "Ada by attempts [1, 2]", "[A, d, a]");
    }

    @Test
    void beansOfSpringAndItsHttpClientsAreRetried() throws Exception {
        assertThat(output(SpringBeans::main))
                .containsExactly("Ada after 3 requests", "Ada after 2 requests", "Ada after 2 requests", "Orders.find");
    }

    @Test
    void aTenantUsesUpItsOwnTokens() throws Exception {
        assertThat(output(Tenants::main))
                .containsExactly(
                        "tenant-42: 3 attempts",
                        "tenant-42: 3 attempts",
                        "tenant-42: 1 attempts",
                        "tenant-43: 3 attempts");
    }

    @Test
    void onlyUnprocessedItemsAreSentAgain() throws Exception {
        assertThat(output(Batches::main)).containsExactly("requests of [10, 6, 2] items, complete: true");
    }

    @Test
    void itemsThatAreLeftAfterTheLastAttemptAreInTheResult() {
        List<Integer> items = IntStream.range(0, 10).boxed().toList();

        var result = new Batches().write(items, new Batches.Table(3));

        assertThat(result.failedItems()).containsExactly(9);
        assertThat(result.stopReason()).contains(StopReason.ATTEMPTS_EXHAUSTED);
    }

    @Test
    void aRecoveredCallIsCounted() throws Exception {
        assertThat(output(Metrics::main)).containsExactly("recovered calls: 1.0");
    }

    @Test
    void aTransferIsMadeOnce() throws Exception {
        assertThat(output(Transfers::main)).containsExactly("70 and 30");
    }

    @Test
    void aDeadlockIsRetriedFromTheBeginning() throws SQLException {
        Transfers.Connections database = () -> DriverManager.getConnection("jdbc:h2:mem:deadlock;DB_CLOSE_DELAY=-1");
        Transfers.createAccounts(database);
        AtomicInteger opened = new AtomicInteger();
        Transfers transfers = new Transfers(() -> {
            if (opened.incrementAndGet() <= 2) {
                throw new SQLTransactionRollbackException("deadlock", "40001");
            }
            return database.open();
        });

        transfers.transfer(1, 2, 30);

        assertThat(opened).hasValue(3);
        assertThat(Transfers.balance(database, 1)).isEqualTo(70);
    }

    @Test
    void aViolatedConstraintIsNotRetriedAndLeavesNothingBehind() throws SQLException {
        Transfers.Connections database = () -> DriverManager.getConnection("jdbc:h2:mem:check;DB_CLOSE_DELAY=-1");
        Transfers.createAccounts(database);
        Transfers transfers = new Transfers(database);

        assertThatThrownBy(() -> transfers.transfer(1, 2, 300))
                .isInstanceOf(SQLException.class)
                .satisfies(failure -> assertThat(
                                OwnExceptions.whyStopped(failure).orElseThrow().reason())
                        .isEqualTo(StopReason.NOT_RETRYABLE));

        assertThat(transfers.retry().snapshot().attempts()).isEqualTo(1);
        assertThat(Transfers.balance(database, 1)).isEqualTo(100);
    }

    @Test
    void theClientThatRetriesIsUsedAsAnyOther(@TempDir Path folder) throws Exception {
        assertThat(output(HttpCalls::main)).containsExactly("Ada after 2 requests", "status 200 after 2 requests");

        HttpCalls calls = new HttpCalls();
        Path file = Files.writeString(folder.resolve("book.txt"), "a book");
        try (CountingServer server = CountingServer.answering(503, 200, 503, 200)) {
            assertThat(calls.upload(server.uri("/books"), file)).isEqualTo(200);
            assertThat(calls.getAsync(server.uri("/books")).join()).isEqualTo("Ada");
            assertThat(server.attempts()).containsExactly("-", "2", "-", "2");
        }
    }

    @Test
    void grpcCallsAreRetriedByTheInterceptorByHandAndByTheChannel() throws Exception {
        assertThat(output(GrpcCalls::main)).containsExactly("Ada, attempt 2 after 2 requests");

        AtomicInteger requests = new AtomicInteger();
        Server server = GrpcCalls.server(1, requests);
        GrpcCalls calls = new GrpcCalls(server.getPort());
        try (Retry watched = Retries.named("watched").build()) {
            assertThat(calls.create("a book")).isEqualTo("a book, attempt 2");
            requests.set(0);
            assertThat(calls.findByHand("Ada")).isEqualTo("Ada, attempt 1");
            assertThat(requests).hasValue(2);
            requests.set(0);
            ManagedChannel channel =
                    GrpcCalls.channelThatRetries(server.getPort(), calls.retry().policy(), watched);
            assertThat(ClientCalls.blockingUnaryCall(channel, GrpcCalls.FIND, io.grpc.CallOptions.DEFAULT, "Ada"))
                    .isEqualTo("Ada, attempt 2");
            channel.shutdownNow();
            assertThat(watched.snapshot().attempts()).isEqualTo(2);
            assertThat(GrpcCalls.forTheCaller(watched, () -> "done")).isEqualTo("done");
        } finally {
            calls.close();
            server.shutdownNow();
        }
    }

    @Test
    void otherClientsThatRetryAreUsedAsAnyOther() throws Exception {
        try (CountingServer server = CountingServer.answering(503, 200, 503, 200, 503, 200);
                OtherHttpClients clients = new OtherHttpClients()) {
            assertThat(clients.okHttp(server.uri("/books"))).isEqualTo("Ada");
            assertThat(clients.okHttpAsync(server.uri("/books")).join()).isEqualTo(200);
            assertThat(clients.okHttpClient(server.uri("/books"))).isEqualTo(200);
            assertThat(server.attempts()).containsExactly("-", "2", "-", "2", "-", "2");
        }
        try (CountingServer server = CountingServer.answering(503, 200, 503, 200, 503, 200);
                OtherHttpClients clients = new OtherHttpClients()) {
            assertThat(clients.apache(server.uri("/books"))).isEqualTo("Ada");
            assertThat(clients.apacheFor("ann", server.uri("/books"))).isEqualTo("Ada");
            assertThat(clients.apacheAsync(server.uri("/books")).get().getBodyText())
                    .isEqualTo("Ada");
            assertThat(server.attempts()).containsExactly("-", "2", "-", "2", "-", "2");
        }
        try (CountingServer server = CountingServer.answering(503, 200, 503, 200);
                OtherHttpClients clients = new OtherHttpClients()) {
            assertThat(clients.feign(server.uri("")).books()).isEqualTo("Ada");
            assertThat(clients.feignOverOkHttp(server.uri("")).books()).isEqualTo("Ada");
            assertThat(server.attempts()).containsExactly("-", "2", "-", "2");
        }
    }

    @Test
    void aServerBetweenTwoHandsOnWhatItsCallerSaid() throws Exception {
        HttpCalls calls = new HttpCalls();
        HttpServer between = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (CountingServer backend = CountingServer.answering(200)) {
            calls.serve(between, backend.uri("/"));
            between.start();
            HttpRequest request = HttpRequest.newBuilder(URI.create(
                            "http://localhost:" + between.getAddress().getPort() + "/"))
                    .header("forbear-attempt", "2")
                    .build();

            HttpClient.newHttpClient().send(request, BodyHandlers.discarding());

            assertThat(backend.attempts()).containsExactly("2");
        } finally {
            between.stop(0);
        }
    }

    @Test
    void aPostIsSentAgainOnlyWithAKey() throws Exception {
        assertThat(output(Orders::main))
                .containsExactly("without a key: status 500, 1 request", "with a key: status 200, 2 requests");
    }

    @Test
    void theHeaderSaysWhichAttemptARequestIs() throws Exception {
        try (CountingServer server = CountingServer.answering(500, 200)) {
            new Orders().postWithKey(server.uri("/orders"), "a book", "key-2");

            assertThat(server.attempts()).containsExactly("1", "2");
        }
        assertThat(Orders.received("2")).isEqualTo(CallOptions.defaults().upstreamAttempt(2));
    }

    @Test
    void aFileIsWrittenWhole() throws Exception {
        assertThat(output(SharedFiles::main)).containsExactly("done");
    }

    @Test
    void aFileInUseIsRetriedAndLeavesNoPart(@TempDir Path folder) throws IOException {
        AtomicInteger moves = new AtomicInteger();
        SharedFiles share = new SharedFiles() {
            @Override
            void move(Path from, Path to) throws IOException {
                if (moves.incrementAndGet() == 1) {
                    throw new FileSystemException(to.toString(), null, "The file is being used by another process");
                }
                super.move(from, to);
            }
        };

        share.write(folder.resolve("report.txt"), "done");

        assertThat(moves).hasValue(2);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("report.txt"));
        }
    }

    @Test
    void aFileThatIsMissingIsNot(@TempDir Path folder) {
        SharedFiles share = new SharedFiles();

        assertThatThrownBy(() -> share.write(folder.resolve("no-folder/report.txt"), "done"))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(share.retry().snapshot().attempts()).isEqualTo(1);
    }

    @Test
    void aMessageIsAcknowledgedOnceItIsHandled() throws Exception {
        assertThat(output(Messages::main)).containsExactly("handled: true, left: 0");
    }

    @Test
    void aMessageThatFailsStaysInTheQueue() {
        Queue<String> queue = new ArrayDeque<>(List.of("welcome"));
        AtomicInteger attempts = new AtomicInteger();

        boolean handled = new Messages(queue).consume(() -> {
            attempts.incrementAndGet();
            throw new ConnectException("refused");
        });

        assertThat(handled).isFalse();
        assertThat(attempts).hasValue(3);
        assertThat(queue).containsExactly("welcome");
    }

    @Test
    void aPlanFollowsFromAPromise() throws Exception {
        SlaPlan plan = Choosing.plan();

        assertThat(plan.attempts()).isEqualTo(2);
        assertThat(plan.reachable()).isTrue();
        assertThat(output(Choosing::main))
                .last()
                .asString()
                .contains("max attempts 2")
                .endsWith("search");
    }

    /** Its figures are those of the reference program: SpecifiedManagerTest, on virtual time. */
    @Test
    void theManagerOfTheSpecificationRunsOnRealTimeToo() throws Exception {
        assertThat(output(SpecifiedManager::main))
                .last()
                .asString()
                .isEqualTo(
                        "audit: total_operations 0, success_rate 1.0, average_attempts 1.0, retry_budget_remaining 95");
    }

    @Test
    void everyProgramIsRunByATest() throws IOException {
        String tests = Files.readString(Path.of("src/test/java/io/forbear/examples/ExamplesTest.java"));
        try (var files = Files.list(Path.of("src/main/java/io/forbear/examples"))) {
            for (Path file : files.toList()) {
                if (Files.readString(file).contains("void main(")) {
                    assertThat(tests)
                            .contains("output(" + file.getFileName().toString().replace(".java", "::main)"));
                }
            }
        }
    }

    @Test
    void setUpsOfOtherLibrariesCanBeBuiltHere() throws Exception {
        assertThat(output(Migrated::main))
                .hasSize(4)
                .first()
                .asString()
                .startsWith("orders: RetryPolicy(max attempts 4, exponential(PT0.5S × 1.5");
        assertThat(output(Migrated::main)).last().isEqualTo("no report, 1 attempts");
    }

    @Test
    void anEmptyListIsAskedForAgainAsInResilience4j() {
        AtomicInteger attempts = new AtomicInteger();

        assertThat(Migrated.fromResilience4j().call(() -> attempts.incrementAndGet() < 2 ? List.of() : List.of(1)))
                .containsExactly(1);
    }

    @Test
    void aTenantThatSucceedsGetsItsReport() {
        assertThat(new Tenants().report("tenant-42", () -> "a report")).isEqualTo("a report");
    }
}
