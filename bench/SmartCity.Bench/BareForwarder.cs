namespace SmartCity.Bench;

/// <summary>
/// The yardstick of a hop: Kestrel that passes each GET on by .NET's own HTTP client and gives back what comes, without looking at it.
/// </summary>
internal static class BareForwarder
{
    /// <param name="address">Where it listens.</param>
    /// <param name="source">To whom it passes requests on.</param>
    public static async Task RunAsync(string address, string source)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        });

        app.MapGet("/ready", () => Results.Ok());
        app.MapGet("/ngsi-ld/v1/{**rest}", async (HttpContext context) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, source + context.Request.Path + context.Request.QueryString);
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
            request.Headers.TryAddWithoutValidation("Via", "1.1 bare");
            using var answer = await http.SendAsync(request, context.RequestAborted);
            var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            await context.Response.BodyWriter.WriteAsync(body);
        });
        await app.RunAsync();
    }
}
