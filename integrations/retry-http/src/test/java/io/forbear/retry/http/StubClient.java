package io.forbear.retry.http;

import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A client without a network, of another maker than the JDK: it keeps what it was asked to send. */
class StubClient extends HttpClient {

    final List<HttpRequest> sent = new ArrayList<>();
    final List<String> called = new ArrayList<>();
    CompletableFuture<HttpResponse<?>> answer = new CompletableFuture<>();

    @Override
    @SuppressWarnings("unchecked")
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) {
        sent.add(request);
        return (HttpResponse<T>) answer.join();
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        return sendAsync(request, handler, null);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
        sent.add(request);
        called.add(pushes == null ? "without pushes" : "with pushes");
        return (CompletableFuture<HttpResponse<T>>) (CompletableFuture<?>) answer;
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return Optional.empty();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return Optional.of(Duration.ofSeconds(7));
    }

    @Override
    public Redirect followRedirects() {
        return Redirect.NEVER;
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return Optional.of(ProxySelector.of(null));
    }

    @Override
    public SSLContext sslContext() {
        try {
            return SSLContext.getDefault();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public SSLParameters sslParameters() {
        return new SSLParameters(new String[] {"stub"});
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return Optional.empty();
    }

    @Override
    public Version version() {
        return Version.HTTP_2;
    }

    @Override
    public Optional<Executor> executor() {
        return Optional.empty();
    }

    public void shutdown() {
        called.add("shutdown");
    }

    public void shutdownNow() {
        called.add("shutdownNow");
    }

    public boolean isTerminated() {
        called.add("isTerminated");
        return true;
    }

    public boolean awaitTermination(Duration most) {
        called.add("awaitTermination " + most);
        return true;
    }

    public void close() {
        called.add("close");
    }
}
