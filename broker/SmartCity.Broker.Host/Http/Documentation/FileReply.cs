namespace SmartCity.Broker.Host.Http.Documentation;

/// <summary>Bytes that never change.</summary>
internal sealed class FileReply(byte[] bytes, string contentType) : Reply
{
    public override Task SendAsync(HttpContext http) => JsonBody.SendAsync(http, bytes, contentType);
}
