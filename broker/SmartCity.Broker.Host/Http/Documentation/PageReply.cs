namespace SmartCity.Broker.Host.Http.Documentation;

/// <summary>What a piece of ASP.NET's pipeline answers.</summary>
internal sealed class PageReply(RequestDelegate page) : Reply
{
    public override Task SendAsync(HttpContext http) => page(http);
}
