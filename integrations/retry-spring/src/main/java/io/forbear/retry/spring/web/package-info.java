/**
 * HTTP clients of Spring that retry: {@link io.forbear.retry.spring.web.RestClientRetry} for {@code RestClient} and
 * {@code RestTemplate}, {@link io.forbear.retry.spring.web.WebClientRetry} for {@code WebClient}.
 */
@NullMarked
package io.forbear.retry.spring.web;

import org.jspecify.annotations.NullMarked;
