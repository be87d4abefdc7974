using System.Text;
using SmartCity.Adapters;

// Old exports come in windows-1250 and the like.
Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
return await Commands.Root().Parse(args).InvokeAsync();
