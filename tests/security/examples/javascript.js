// What each rule must find: every statement is a mistake, under the name of the rule that sees it.

// markup-in-a-page
cell.innerHTML = title;
document.write(title);
// code-in-a-page
eval(line);
setTimeout("run()", 5);
// secret-in-browser-storage
localStorage.setItem("secret", secret);
document.cookie = "tgv=" + secret;
